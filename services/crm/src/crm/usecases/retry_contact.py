"""A contact that was put off goes through the gate again (C4)."""

from datetime import datetime

from chassis.unit import Unit

from crm.domain.contact import due_times
from crm.projections.history import remember_contact
from crm.storage.contacts import CONTACTS
from crm.usecases.ask_gate import ask_gate
from crm.usecases.request_contact import question_of


async def retry_contact(unit: Unit, contact_id: str, due: datetime) -> None:
    """All rules hold anew: what happened meanwhile counts. Overtaken (dropped, or put off again) it does nothing."""
    contact = await unit.get(CONTACTS, contact_id)
    if due_times(contact).get("retry") != due:
        return
    events = contact.follow(await ask_gate(unit, question_of(contact)), unit.now)
    unit.save(CONTACTS, contact, events)
    remember_contact(unit, contact, events)
