"""Somebody asks for a contact with a customer: the gate decides what becomes of it (C4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chassis.unit import Unit
from contracts.crm import Purpose
from contracts.values import Channel, Sealed

from crm.domain.contact import Contact
from crm.projections.history import remember_contact
from crm.storage.contacts import CONTACTS
from crm.storage.visits import VISITS
from crm.usecases.ask_gate import AskGate, ask_gate
from crm.usecases.follow_visit import vehicle_in_words


@dataclass(frozen=True, slots=True)
class RequestContact:
    """``cause``: id of the fact that asks; the same cause makes one contact only."""

    dealer_id: str
    cause: str
    person_id: str
    visit_id: str | None
    purpose: Purpose
    about: Mapping[str, str] = field(default_factory=dict)
    link: Sealed | None = None
    wanted: Channel | None = None
    from_hour: int | None = None
    useful_until: datetime | None = None


async def request_contact(unit: Unit, command: RequestContact) -> Contact:
    """A message on its way, a call task, a contact put off, or none at all.

    Raises ``DealerUnknown``, ``CustomerUnknown``.
    """
    known = await unit.find(CONTACTS, command.cause)
    if known is not None:
        return known
    contact = Contact(
        dealer_id=command.dealer_id,
        contact_id=command.cause,
        person_id=command.person_id,
        visit_id=command.visit_id,
        purpose=command.purpose,
        cause=command.cause,
        requested_at=unit.now,
        about={**command.about, **await _vehicle(unit, command.visit_id)},
        link=command.link,
        wanted=command.wanted,
        from_hour=command.from_hour,
        useful_until=command.useful_until,
    )
    events = contact.follow(await ask_gate(unit, question_of(contact)), unit.now)
    unit.add(CONTACTS, contact, events)
    remember_contact(unit, contact, events)
    return contact


def question_of(contact: Contact) -> AskGate:
    """What this contact asks the gate. What may have left by a channel can go on by that one only."""
    return AskGate(
        dealer_id=contact.dealer_id,
        person_id=contact.person_id,
        purpose=contact.purpose,
        channel=contact.channel if contact.may_have_left else contact.wanted,
        visit_id=contact.visit_id,
        from_hour=contact.from_hour,
        useful_until=contact.useful_until,
    )


async def _vehicle(unit: Unit, visit_id: str | None) -> dict[str, str]:
    visit = await unit.find(VISITS, visit_id) if visit_id else None
    return {"vehicle": vehicle_in_words(visit.vehicle)} if visit else {}
