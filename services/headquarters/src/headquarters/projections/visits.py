"""Visits of a dealer's day with the times of the seven steps (X2)."""

from datetime import date
from typing import Any

from chassis.documents import Documents
from chassis.unit import Unit

from headquarters.domain.visit_record import VisitRecord

VISITS = Documents(
    "visits",
    "visit-record",
    VisitRecord,
    id_of=lambda visit: visit.visit_id,
    indexes=[("day", "visit_id")],
    announces=False,
)


async def visits_of_day(
    unit: Unit, dealer_id: str, day: date, *, limit: int, after: str | None = None
) -> list[VisitRecord]:
    """The day's visits: those that arrived on it, or were to arrive and have not yet."""
    wanted: dict[str, Any] = {"dealer_id": dealer_id, "day": day}
    if after:
        wanted["visit_id"] = {"$gt": after}
    return await unit.query(VISITS, wanted, sort=[("visit_id", 1)], limit=limit)
