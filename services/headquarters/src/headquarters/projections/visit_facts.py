"""A visit's story (X2, X6): every fact about it, of whichever service, with who, when and in which trace.

Only that a fact was, never what stood in it: headquarters keeps no personal values.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from chassis.documents import Documents
from chassis.facts import Fact
from chassis.unit import Unit


@dataclass(frozen=True, slots=True)
class VisitFact:
    """One line of a story. ``at`` is business time, ``recorded_at`` the system's; ``sequence`` counts within
    ``aggregate``."""

    dealer_id: str
    visit_id: str
    event_id: str
    service: str
    type: str
    actor: str
    aggregate: str
    sequence: int
    at: datetime
    recorded_at: datetime
    trace_id: str
    order: str
    """Sorts a story by business time, then by recording."""

    @classmethod
    def of(cls, fact: Fact[Any], visit_id: str) -> Self:
        return cls(
            dealer_id=fact.dealer_id,
            visit_id=visit_id,
            event_id=fact.id,
            service=fact.type.partition(".")[0],
            type=fact.type,
            actor=fact.actor,
            aggregate=f"{fact.aggregate}/{fact.key}",
            sequence=fact.sequence,
            at=fact.at,
            recorded_at=fact.recorded_at,
            trace_id=_trace_id(fact.traceparent),
            order="/".join([_text(fact.at), _text(fact.recorded_at), fact.id]),
        )


VISIT_FACTS = Documents(
    "visit_facts",
    "visit-fact",
    VisitFact,
    id_of=lambda told: told.event_id,
    indexes=[("visit_id", "order")],
    announces=False,
)


async def story(unit: Unit, dealer_id: str, visit_id: str, *, limit: int, after: str | None = None) -> list[VisitFact]:
    """The visit's facts in the order in which they happened; at the same instant, as they were recorded."""
    wanted: dict[str, Any] = {"dealer_id": dealer_id, "visit_id": visit_id}
    if after:
        wanted["order"] = {"$gt": after}
    return await unit.query(VISIT_FACTS, wanted, sort=[("order", 1)], limit=limit)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")


def _trace_id(traceparent: str) -> str:
    parts = traceparent.split("-")
    return parts[1] if len(parts) == 4 else ""
