"""Visits of a dealer's day with the times of the seven steps (X2)."""

from datetime import date

from chassis.documents import Documents
from chassis.unit import Unit

from headquarters.domain.visit_record import VisitRecord

VISITS = Documents("visits", "visit-record", VisitRecord, id_of=lambda visit: visit.visit_id, indexes=[("day",)])


async def visits_of_day(unit: Unit, dealer_id: str, day: date, *, limit: int, skip: int = 0) -> list[VisitRecord]:
    """The day's visits: those that arrived on it, or were to arrive and have not yet."""
    return await unit.query(
        VISITS, {"dealer_id": dealer_id, "day": day}, sort=[("visit_id", 1)], limit=limit, skip=skip
    )
