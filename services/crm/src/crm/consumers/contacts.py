"""A fact asks for a contact with its customer (C4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.crm import Purpose
from contracts.values import Channel, Sealed

from crm.consumers.prerequisites import needs_customer
from crm.usecases.request_contact import RequestContact, request_contact


async def contact_for(
    unit: Unit,
    fact: Fact[Any],
    person_id: str,
    purpose: Purpose,
    about: Mapping[str, str],
    *,
    link: Sealed | None = None,
    wanted: Channel | None = None,
    from_hour: int | None = None,
    useful_until: datetime | None = None,
) -> None:
    """The fact is the contact's cause, so it makes one only. Raises ``NotYet`` until dealer and customer are known."""
    await needs_customer(unit, fact, person_id)
    command = RequestContact(
        dealer_id=fact.dealer_id,
        cause=fact.id,
        person_id=person_id,
        visit_id=fact.visit_id,
        purpose=purpose,
        about=about,
        link=link,
        wanted=wanted,
        from_hour=from_hour,
        useful_until=useful_until,
    )
    await request_contact(unit, command)
