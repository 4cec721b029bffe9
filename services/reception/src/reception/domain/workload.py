"""R11: how full the workshop is, as booking counts it: hours left by day and work class."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.values import WorkClass


@dataclass
class Workload:
    """One dealer day. ``bookable``: minutes left by work class; negative: overloaded (B1). ``available``: all minutes
    of its technicians."""

    load_id: str
    dealer_id: str
    day: date
    bookable: dict[WorkClass, int] = field(default_factory=dict)
    available: dict[WorkClass, int] = field(default_factory=dict)

    def fits(self, minutes: Mapping[WorkClass, int]) -> bool:
        """Whether this work still fits. A class nobody counted does not stand in the way."""
        return all(self.bookable.get(work_class, needed) >= needed for work_class, needed in minutes.items())


@dataclass(frozen=True)
class Ahead:
    """Work that is in the workshop already, by class, and of how many vehicles."""

    vehicles: int = 0
    minutes: Mapping[WorkClass, int] = field(default_factory=dict)


def queue_minutes(ahead: Ahead, load: Workload, open_minutes: int, classes: Iterable[WorkClass]) -> int:
    """How long work of these classes stands in the queue: what is ahead of it, shared by the technicians of the day.

    As many technicians as the day's available time makes, spread evenly over its opening hours. A class nobody counted
    has no queue.
    """
    waits = [
        ahead.minutes.get(one, 0) * open_minutes // there
        for one in classes
        if (there := load.available.get(one, 0)) > 0
    ]
    return max(waits, default=0)


def first_day(loads: Iterable[Workload], today: date, minutes: Mapping[WorkClass, int]) -> date:
    """The first day from today on with room for this work; a day nobody has counted has room."""
    full = {load.day for load in loads if not load.fits(minutes)}
    day = today
    while day in full:
        day = date.fromordinal(day.toordinal() + 1)
    return day


def load_id(dealer_id: str, day: date) -> str:
    return f"{dealer_id}/{day}"
