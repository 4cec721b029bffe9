"""R11: how full the workshop is, as booking counts it: hours left by day and work class."""

from collections.abc import Callable, Iterable, Mapping
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

    def takes(self, minutes: Mapping[WorkClass, int], open_minutes: int) -> dict[WorkClass, int]:
        """How much of this work still finds room, done line by line within the day's open minutes. A class nobody
        counted does not stand in the way."""
        taken: dict[WorkClass, int] = {}
        for one, needed in minutes.items():
            room = min(self.bookable.get(one, needed), needed, open_minutes - sum(taken.values()))
            taken[one] = max(room, 0)
        return taken


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


@dataclass(frozen=True)
class Room:
    """Where work finds room: begun on ``first``, gone on with day by day, its ``rest`` of minutes left for ``last``."""

    first: date
    last: date
    rest: int


def room_for(
    loads: Iterable[Workload], begins: date, minutes: Mapping[WorkClass, int], open_minutes: Callable[[date], int]
) -> Room:
    """The first days from ``begins`` on that have room for this work between them; one vehicle's work takes no more of
    a day than its ``open_minutes``. A day nobody has counted has room if it is open."""
    counted = {load.day: load for load in loads}
    first, day, left = None, begins, dict(minutes)
    while (taken := _taken(counted.get(day), left, open_minutes(day))) != left:
        first = first or (day if any(taken.values()) else None)
        left = {one: needed - taken[one] for one, needed in left.items()}
        day = date.fromordinal(day.toordinal() + 1)
    return Room(first or day, day, sum(left.values()))


def _taken(load: Workload | None, minutes: Mapping[WorkClass, int], open_minutes: int) -> Mapping[WorkClass, int]:
    if load:
        return load.takes(minutes, open_minutes)
    return minutes if open_minutes else dict.fromkeys(minutes, 0)


def load_id(dealer_id: str, day: date) -> str:
    return f"{dealer_id}/{day}"
