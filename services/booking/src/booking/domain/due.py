"""When a vehicle's next maintenance is due: by time, or by foreseen kilometres, whichever comes first (B12).

The way a day is the straight line through the first and the last reading of the odometer that lie at least thirty
days apart; a vehicle without them is taken to drive what the policy says.
"""

from collections.abc import Sequence
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
    """``because``: ``TIME`` or ``MILEAGE``; ``odometer_km``: foreseen on that day, None without any reading."""

    due_on: date
    because: str
    odometer_km: int | None


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
    if not readings:
        return NextService(due, because, None)
    return NextService(due, because, round(readings[-1].kilometres + rate * (due - readings[-1].day).days))
