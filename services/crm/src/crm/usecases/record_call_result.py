"""An agent has made a call (C3)."""

from dataclasses import dataclass

from chassis.unit import Unit

from crm.domain.contact import CallOutcome, Contact
from crm.projections.history import remember_call
from crm.storage.contacts import CONTACTS


@dataclass(frozen=True, slots=True)
class RecordCallResult:
    contact_id: str
    outcome: CallOutcome
    note: str | None = None


async def record_call_result(unit: Unit, command: RecordCallResult) -> Contact:
    """The call task is done. Raises ``NoOpenCallTask``."""
    contact = await unit.get(CONTACTS, command.contact_id)
    note = await unit.seal(contact.person_id, command.note) if command.note else None
    contact.record_result(command.outcome, note)
    unit.save(CONTACTS, contact)
    remember_call(unit, contact)
    return contact
