"""When a vehicle's next maintenance is due: by time, or by foreseen kilometres, whichever comes first (B12); and when
work is due that the customer put off (R13).

The way a day is the straight line through the first and the last reading of the odometer that lie at least thirty
days apart; a vehicle without them is taken to drive what the policy says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SHORTEST_BASE_DAYS = 30


@dataclass(frozen=True)
class ServicePlan:
    """How often maintenance is due, and how long before the booker is told."""

    days: int = 180
    kilometres: int = 10_000
    usual_km_a_day: float = 40.0
    tell_days_before: int = 30


@dataclass(frozen=True)
class Reading:
    """The odometer on a day."""

    day: date
    kilometres: int


@dataclass(frozen=True)
class NextService:
    """``because``: ``TIME``, ``MILEAGE`` or ``POSTPONED``; ``odometer_km``: foreseen on that day, None without any
    reading."""

    due_on: date
    because: str
    odometer_km: int | None


@dataclass(frozen=True)
class PostponedWork:
    """Recommended work that the customer wants on a day, at a mileage, or whichever comes first (R13)."""

    recommendation_id: str
    title: str
    due_on: date | None = None
    due_km: int | None = None


def km_a_day(readings: Sequence[Reading], plan: ServicePlan) -> float:
    """From the readings, never negative: an odometer that was changed counts as no base."""
    first, last = (readings[0], readings[-1]) if readings else (None, None)
    if first is None or last is None or (last.day - first.day).days < SHORTEST_BASE_DAYS:
        return plan.usual_km_a_day
    driven = last.kilometres - first.kilometres
    return driven / (last.day - first.day).days if driven >= 0 else plan.usual_km_a_day


def next_service(last_visit: date, readings: Sequence[Reading], plan: ServicePlan) -> NextService:
    """After the last visit."""
    by_time = last_visit + timedelta(days=plan.days)
    rate = km_a_day(readings, plan)
    days_by_way = int(plan.kilometres / rate) if rate > 0 else plan.days + 1
    by_way = last_visit + timedelta(days=min(days_by_way, 10 * plan.days))
    due, because = (by_way, "MILEAGE") if by_way < by_time else (by_time, "TIME")
    return NextService(due, because, _odometer_on(due, readings, plan))


def first_postponed(
    works: Iterable[PostponedWork], readings: Sequence[Reading], plan: ServicePlan
) -> NextService | None:
    """What of the work that was put off is due first; None when no day is named or can be foreseen."""
    days = [day for work in works if (day := falls_on(work, readings, plan)) is not None]
    return NextService(min(days), "POSTPONED", _odometer_on(min(days), readings, plan)) if days else None


def falls_on(work: PostponedWork, readings: Sequence[Reading], plan: ServicePlan) -> date | None:
    """The day that was named, or the one on which the vehicle is foreseen to have driven so far."""
    rate = km_a_day(readings, plan)
    if work.due_km is None or not readings or not rate:
        return work.due_on
    days = max(0, int((work.due_km - readings[-1].kilometres) / rate))
    by_way = readings[-1].day + timedelta(days=min(days, 10 * plan.days))
    return min(by_way, work.due_on or by_way)


def _odometer_on(day: date, readings: Sequence[Reading], plan: ServicePlan) -> int | None:
    if not readings:
        return None
    return round(readings[-1].kilometres + km_a_day(readings, plan) * (day - readings[-1].day).days)
