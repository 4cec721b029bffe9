"""Hands a message to its channel. The attempt was recorded before, by an earlier write."""

from datetime import datetime

from chassis.unit import Unit
from contracts.event import Event

from crm.channels import Delivery, Sender
from crm.domain.contact import Contact, ContactState, due_times
from crm.projections.history import remember_contact
from crm.projections.messages import message_of
from crm.storage.contacts import CONTACTS
from crm.usecases.ask_gate import ask_gate
from crm.usecases.request_contact import question_of


async def deliver_message(unit: Unit, contact_id: str, due: datetime, *, sender: Sender) -> None:
    """Asks the gate once more (C4), then hands over. What happened since the decision counts: quiet hours, a complaint.

    Done again after a crash or a lost race, it uses the same key at the provider: one message to the customer.
    """
    contact = await unit.get(CONTACTS, contact_id)
    if due_times(contact).get("delivery") != due:
        return
    events = contact.ask_again(await ask_gate(unit, question_of(contact)), unit.now)
    if contact.state is ContactState.SENDING:
        events += await _hand_over(unit, contact, sender)
    unit.save(CONTACTS, contact, events)
    remember_contact(unit, contact, events)


async def _hand_over(unit: Unit, contact: Contact, sender: Sender) -> list[Event]:
    message = await message_of(unit, contact)
    if message.phone is None:
        return contact.undeliverable("the person's data was erased")
    match await sender.deliver(message, key=contact.contact_id):
        case Delivery.TAKEN:
            return contact.delivered(unit.now)
        case Delivery.REFUSED:
            return contact.undeliverable("the channel refused the message")
        case Delivery.UNKNOWN:
            contact.delivery_unknown(unit.now)
            return []
