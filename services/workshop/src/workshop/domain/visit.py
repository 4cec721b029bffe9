"""Which vehicle came when: the workshop's memory of visits, and what counts as rework (W9)."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime


@dataclass
class Visit:
    """One row per visit from the vehicle's arrival on, whether or not work was authorised."""

    visit_id: str
    dealer_id: str
    vin: str
    arrived_at: datetime
    rework_of: str | None = None
    promised_at: datetime | None = None
    waiting: bool = False
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class Return:
    """A vehicle's return: the visit that was to have mended it, and the days since."""

    first_visit: str
    days_between: int


@dataclass(frozen=True)
class EarlierVisit:
    """An earlier visit of the same vehicle at the same dealer: its last day here, and what was done."""

    visit_id: str
    last_day: date
    operations: frozenset[str]


def return_within(
    earlier: Iterable[EarlierVisit], arrived_on: date, rework_of: str | None, operations: Set[str], rework_days: int
) -> Return | None:
    """The latest earlier visit within the window that reception named, or that had one of the same operations (W9)."""
    candidates = [
        Return(visit.visit_id, (arrived_on - visit.last_day).days)
        for visit in earlier
        if visit.visit_id == rework_of or (rework_of is None and visit.operations & operations)
    ]
    within = [c for c in candidates if 0 <= c.days_between <= rework_days]
    return min(within, key=lambda c: c.days_between, default=None)
