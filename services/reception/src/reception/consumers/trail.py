"""Every fact of booking about a visit becomes a line of its trail (X2)."""

from typing import Any

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.catalogue import published_by

from reception.projections.trail import HEARD, TrailLine

_OF_NO_VISIT = {"booking.capacity-changed.v1", "booking.maintenance-due.v1", "booking.opening-planned.v1"}


async def on_fact(unit: Unit, fact: Fact[Any]) -> None:
    """A fact about no visit belongs to none."""
    if fact.visit_id is not None:
        unit.add(HEARD, TrailLine.heard(fact, fact.visit_id))


HANDLERS = {event: on_fact for event in published_by("booking") if event.wire_type not in _OF_NO_VISIT}
