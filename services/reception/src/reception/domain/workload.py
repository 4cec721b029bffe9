"""R11: how full the workshop is, as booking counts it: hours left by day and work class."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.values import WorkClass


@dataclass
class Workload:
    """One dealer day. ``bookable``: minutes left by work class; negative: overloaded (B1)."""

    load_id: str
    dealer_id: str
    day: date
    bookable: dict[WorkClass, int] = field(default_factory=dict)

    def fits(self, minutes: Mapping[WorkClass, int]) -> bool:
        """Whether this work still fits. A class nobody counted does not stand in the way."""
        return all(self.bookable.get(work_class, needed) >= needed for work_class, needed in minutes.items())


def first_day(loads: Iterable[Workload], today: date, minutes: Mapping[WorkClass, int]) -> date:
    """The first day from today on with room for this work; a day nobody has counted has room."""
    full = {load.day for load in loads if not load.fits(minutes)}
    day = today
    while day in full:
        day = date.fromordinal(day.toordinal() + 1)
    return day


def load_id(dealer_id: str, day: date) -> str:
    return f"{dealer_id}/{day}"
