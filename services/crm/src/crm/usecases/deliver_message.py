"""Hands a message to its channel. The attempt was recorded before, by an earlier write."""

from datetime import datetime

from chassis.unit import Unit

from crm.channels import Delivery, Sender
from crm.domain.contact import due_times
from crm.projections.history import remember_contact
from crm.projections.messages import message_of
from crm.storage.contacts import CONTACTS


async def deliver_message(unit: Unit, contact_id: str, due: datetime, *, sender: Sender) -> None:
    """Done again after a crash or a lost race, it uses the same key at the provider: one message to the customer."""
    contact = await unit.get(CONTACTS, contact_id)
    if due_times(contact).get("delivery") != due:
        return
    message = await message_of(unit, contact)
    if message.phone is None:
        events = contact.undeliverable("the person's data was erased")
    else:
        match await sender.deliver(message, key=contact.contact_id):
            case Delivery.TAKEN:
                events = contact.delivered(unit.now)
            case Delivery.REFUSED:
                events = contact.undeliverable("the channel refused the message")
            case Delivery.UNKNOWN:
                events = []
                contact.delivery_unknown(unit.now)
    unit.save(CONTACTS, contact, events)
    remember_contact(unit, contact, events)
