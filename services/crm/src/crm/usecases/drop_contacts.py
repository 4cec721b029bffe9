"""What asked for a contact is over: the contact is not wanted any more."""

from collections.abc import Collection

from chassis.unit import Unit
from contracts.crm import Purpose

from crm.domain.contact import Contact, ContactState
from crm.projections.history import remember_contact
from crm.storage.contacts import CONTACTS

STILL_WAITING = (ContactState.POSTPONED, ContactState.TASK)


async def drop_contacts(unit: Unit, visit_id: str, purposes: Collection[Purpose], reason: str) -> None:
    """Withholds what waits for the visit. Messages that have left stay as they are."""
    wanted = {
        "visit_id": visit_id,
        "purpose": {"$in": sorted(purposes)},
        "state": {"$in": list(STILL_WAITING)},
    }
    for contact in await unit.query(CONTACTS, wanted):
        drop_contact(unit, contact, reason)


def drop_contact(unit: Unit, contact: Contact, reason: str) -> None:
    """Withholds one contact."""
    events = contact.drop(reason)
    unit.save(CONTACTS, contact, events)
    remember_contact(unit, contact, events)
