"""A visit's trail (X2): every fact of booking and reception about it, with who, when, what and why.

Booking's facts are listened to; reception's own stand with what they changed. Over all services it is told by
headquarters; here it is at hand when headquarters is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Self

from chassis.documents import Documents
from chassis.facts import Fact
from chassis.unit import Unit

from reception.domain.story import Happened, why
from reception.storage.collections import DIAGNOSES, FREE_SERVICES, RECOMMENDATIONS, REPAIR_ORDERS, VISITS


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line. ``sequence`` counts within ``aggregate``; ``order`` sorts a trail by business time, then by
    recording; within a millisecond by the id, for ids grow."""

    dealer_id: str
    visit_id: str
    event_id: str
    service: str
    type: str
    actor: str
    why: str
    aggregate: str
    sequence: int
    at: datetime
    recorded_at: datetime
    trace_id: str
    order: str

    @classmethod
    def heard(cls, fact: Fact[Any], visit_id: str) -> Self:
        """Of another service."""
        happened = Happened(
            event_id=fact.id,
            type=fact.type,
            visit_id=visit_id,
            actor=fact.actor,
            why=why(fact.event),
            at=fact.at,
            recorded_at=fact.recorded_at,
            traceparent=fact.traceparent,
        )
        return cls.of(happened, fact.dealer_id, f"{fact.aggregate}/{fact.key}", fact.sequence)

    @classmethod
    def of(cls, happened: Happened, dealer_id: str, aggregate: str, sequence: int) -> Self:
        trace = happened.traceparent.split("-")
        return cls(
            dealer_id=dealer_id,
            visit_id=happened.visit_id,
            event_id=happened.event_id,
            service=happened.type.partition(".")[0],
            type=happened.type,
            actor=happened.actor,
            why=happened.why,
            aggregate=aggregate,
            sequence=sequence,
            at=happened.at,
            recorded_at=happened.recorded_at,
            trace_id=trace[1] if len(trace) == 4 else "",
            order="/".join([_text(happened.at), _text(happened.recorded_at), happened.event_id]),
        )


HEARD = Documents(
    "trail", "trail-line", TrailLine, id_of=lambda line: line.event_id, indexes=[("visit_id",)], announces=False
)
"""What booking told."""


async def trail(unit: Unit, visit_id: str) -> list[TrailLine]:
    """In the order in which it happened; at the same instant, as it was recorded. Raises ``Unknown`` for a visit of
    which nothing is known."""
    heard = await unit.query(HEARD, {"visit_id": visit_id})
    visit = await unit.find(VISITS, visit_id) if heard else await unit.get(VISITS, visit_id)
    own = [] if visit is None else await _own(unit, visit_id, visit.vehicle.vin)
    lines = chain(heard, *(_lines(documents, one, visit_id) for documents, some in own for one in some))
    return sorted(lines, key=lambda line: line.order)


async def _own(unit: Unit, visit_id: str, vin: str) -> Sequence[tuple[Documents[Any], list[Any]]]:
    of_visit = {"visit_id": visit_id}
    return [
        (VISITS, [await unit.get(VISITS, visit_id)]),
        (REPAIR_ORDERS, [one for one in [await unit.find(REPAIR_ORDERS, visit_id)] if one]),
        (DIAGNOSES, [one for one in [await unit.find(DIAGNOSES, visit_id)] if one]),
        (RECOMMENDATIONS, await unit.query(RECOMMENDATIONS, of_visit)),
        (FREE_SERVICES, await unit.query(FREE_SERVICES, {"vin": vin})),
    ]


def _lines(documents: Documents[Any], aggregate: Any, visit_id: str) -> list[TrailLine]:
    named = f"{documents.aggregate}/{documents.id_of(aggregate)}"
    history: list[Happened] = aggregate.history
    return [
        TrailLine.of(one, aggregate.dealer_id, named, sequence)
        for sequence, one in enumerate(history, start=1)
        if one.visit_id == visit_id
    ]


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")
