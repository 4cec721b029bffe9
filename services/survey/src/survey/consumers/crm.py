"""Facts of customer relations: what became of the contacts that follow-ups asked for (C4)."""

from typing import Any

from chassis.consumer import Handlers
from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.crm import ContactMade, ContactPostponed, ContactWithheld, Purpose

from survey.storage.invitations import INVITATIONS
from survey.usecases.record_contact import record_contact_made, record_contact_postponed, record_contact_withheld


async def on_contact_made(unit: Unit, fact: Fact[ContactMade]) -> None:
    if visit_id := await _asked_visit(unit, fact, fact.event.purpose):
        await record_contact_made(unit, visit_id, at=fact.at, channel=fact.event.channel)


async def on_contact_postponed(unit: Unit, fact: Fact[ContactPostponed]) -> None:
    if visit_id := await _asked_visit(unit, fact, fact.event.purpose):
        await record_contact_postponed(unit, visit_id, until=fact.event.until, reason=fact.event.reason)


async def on_contact_withheld(unit: Unit, fact: Fact[ContactWithheld]) -> None:
    if visit_id := await _asked_visit(unit, fact, fact.event.purpose):
        await record_contact_withheld(unit, visit_id, reason=fact.event.reason)


async def _asked_visit(unit: Unit, fact: Fact[Any], purpose: Purpose) -> str | None:
    """The visit whose follow-up this contact was for; None for contacts of other purposes. Raises ``NotYet``."""
    if purpose is not Purpose.SURVEY or fact.visit_id is None:
        return None
    if await unit.find(INVITATIONS, fact.visit_id) is None:
        raise NotYet(INVITATIONS, fact.visit_id)
    return fact.visit_id


HANDLERS: Handlers = {
    ContactMade: on_contact_made,
    ContactPostponed: on_contact_postponed,
    ContactWithheld: on_contact_withheld,
}
