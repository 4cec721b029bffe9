"""What must come out, worked out from the plan alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from demo.plan import HAND_OVER, LAST_DAY, STOPS_AT, Dealer, Incident, Visit, authorised_at

_WEIGHTS = {"overall": 4, "advisor": 2, "quality": 3}
SATISFIED, VERY_SATISFIED = 70.0, 90.0
"""From these scores on a customer counts as satisfied and as very satisfied (V3)."""
_ON_TIME = {"yes": 100.0, "late": 0.0}


def score(answers: dict[str, Any]) -> float:
    """0 to 100 to one decimal: scales of 1 to 10 and the promise kept, weighted 4, 2, 3 and 1."""
    total = sum((answers[name] - 1) / 9 * 100 * weight for name, weight in _WEIGHTS.items())
    return round((total + _ON_TIME[answers["on_time"]]) / (sum(_WEIGHTS.values()) + 1), 1)


@dataclass(frozen=True)
class Sheet:
    """One class of one dealer day."""

    dealer: str
    day: date
    work_class: str
    available: float
    booked: float
    assigned: float
    """Booked hours and those of work without an appointment."""
    left: float
    rows: tuple[tuple[str, str, str, int, float], ...]
    """Time, customer, model, kilometres, hours."""


def day_of(visit: Visit) -> date:
    return visit.arrival.date()


def sheet(dealer: Dealer, day: date, work_class: str) -> Sheet:
    """Who is on the sheet, and what is left: walk-ins' work and carried-over hours are taken as well."""
    mine = [visit for visit in dealer.visits if visit.work.work_class == work_class]
    rows = [visit for visit in mine if visit.booked and visit.comes and day_of(visit) == day]
    unbooked = sum(visit.work.hours for visit in mine if not visit.booked and authorised_at(visit).date() == day)
    carried = sum(remaining(visit) for visit in mine if day_of(visit) + timedelta(days=1) == day)
    booked = sum(visit.work.hours for visit in rows)
    available = dealer.available(work_class)
    return Sheet(
        dealer.code,
        day,
        work_class,
        available,
        booked,
        booked + unbooked,
        available - booked - unbooked - carried,
        tuple(
            (visit.arrival.strftime("%H:%M"), visit.customer.name, visit.car.model, visit.car.km, visit.work.hours)
            for visit in sorted(rows, key=lambda visit: visit.arrival)
        ),
    )


def remaining(visit: Visit) -> float:
    """Hours of a job that stays overnight that are left for the next day."""
    if not visit.has(Incident.CARRY_OVER) or visit.start is None:
        return 0.0
    stop = visit.start.replace(hour=STOPS_AT[0], minute=STOPS_AT[1])
    return visit.work.hours - (stop - visit.start) / timedelta(hours=1)


def came(dealer: Dealer) -> list[Visit]:
    """Visits that took place."""
    return [visit for visit in dealer.visits if visit.comes and day_of(visit) <= LAST_DAY]


def outcome(visit: Visit) -> str:
    """How headquarters must see the visit when the last day is over."""
    if not visit.comes:
        return "NO_SHOW"
    return "FOLLOWED_UP" if day_of(visit) <= LAST_DAY else "CONFIRMED"


def steps(visit: Visit, booked_at: datetime | None) -> dict[str, str | None]:
    """The seven steps' times in UTC."""
    delivered = visit.delivered
    if delivered is None:
        raise LookupError(f"{visit.key} has no delivery in the plan")
    times = {
        "booked": booked_at,
        "arrived": visit.arrival,
        "repair_order": visit.arrival,
        "started": visit.start,
        "qc_passed": delivered - HAND_OVER,
        "delivered": delivered,
        "followed_up": delivered + timedelta(hours=24),
    }
    return {step: _utc(at) if at else None for step, at in times.items()}


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def figures(dealers: Iterable[Dealer], good: float, poor: float) -> dict[str, float | int | None]:
    """Headquarters' figures over the played days."""
    visits = [visit for dealer in dealers for visit in came(dealer)]
    missed = sum(not visit.comes for dealer in dealers for visit in dealer.visits)
    booked = sum(visit.booked for visit in visits)
    scores = [poor if visit.has(Incident.LOW_SCORE) else good for visit in visits]
    reworks = sum(visit.has(Incident.REWORK) for visit in visits)
    return {
        "visits": len(visits),
        "booked_visits": booked,
        "booking_rate": booked / len(visits),
        "no_shows": missed,
        "no_show_rate": missed / (missed + booked),
        "deliveries": len(visits),
        "reworks": reworks,
        "first_time_fix_rate": 1 - reworks / len(visits),
        "on_time_rate": sum(visit.on_time for visit in visits) / len(visits),
        "lead_time_minutes": sum(_lead_minutes(visit) for visit in visits) / len(visits),
        "answers": len(scores),
        "satisfaction": sum(scores) / len(scores),
        "satisfied_rate": sum(one >= SATISFIED for one in scores) / len(scores),
        "very_satisfied_rate": sum(one >= VERY_SATISFIED for one in scores) / len(scores),
        "open_complaints": sum(visit.has(Incident.LOW_SCORE) for visit in visits),
    }


def _lead_minutes(visit: Visit) -> float:
    """From arrival to delivery."""
    if visit.delivered is None:
        raise LookupError(f"{visit.key} has no delivery in the plan")
    return (visit.delivered - visit.arrival) / timedelta(minutes=1)
