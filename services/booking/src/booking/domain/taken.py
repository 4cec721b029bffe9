"""What stands on a day, added up in the ways in which the rules ask (B1, B2, W14)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from contracts.values import StaffId, WorkClass

from booking.domain.taking import CarryOver, Taking


@dataclass
class Taken:
    """Sums over takings, in minutes, and the carry-overs."""

    receiving: dict[datetime, list[StaffId]] = field(default_factory=dict)
    """By arrival: who receives a vehicle then."""
    work: dict[WorkClass, dict[datetime, list[int]]] = field(default_factory=dict)
    """By class and arrival: the work of each vehicle."""
    by_name: dict[StaffId, dict[WorkClass, int]] = field(default_factory=dict)
    """By technician: work that asks for him."""
    qualified: dict[str, dict[WorkClass, int]] = field(default_factory=dict)
    """By qualification: work that asks for it."""
    carry_overs: list[CarryOver] = field(default_factory=list)

    @classmethod
    def of(cls, takings: Iterable[Taking], carry_overs: Iterable[CarryOver]) -> Self:
        return cls(carry_overs=list(carry_overs)).add(takings)

    def add(self, takings: Iterable[Taking]) -> Self:
        """Itself, with these in it too."""
        for taking in takings:
            if taking.advisor:
                self.receiving.setdefault(taking.arrival, []).append(taking.advisor)
            for work_class, minutes in taking.minutes_by_class().items():
                self.work.setdefault(work_class, {}).setdefault(taking.arrival, []).append(minutes)
                if taking.technician is not None:
                    _add(self.by_name, taking.technician, work_class, minutes)
                for need in taking.needs:
                    _add(self.qualified, need, work_class, minutes)
        return self

    def received_at(self, slot: datetime) -> list[StaffId]:
        """Who receives a vehicle in the slot."""
        return self.receiving.get(slot, [])

    def arrivals_by_advisor(self) -> Counter[StaffId]:
        """How many vehicles each receives on the day."""
        return Counter(advisor for some in self.receiving.values() for advisor in some)

    def work_by_arrival(self, work_class: WorkClass) -> dict[datetime, int]:
        """Minutes of a class by the time at which their vehicles come."""
        return {arrival: sum(some) for arrival, some in self.work.get(work_class, {}).items()}

    def minutes_of(self, work_class: WorkClass) -> int:
        return sum([sum(some) for some in self.work.get(work_class, {}).values()])


def _add(sums: dict[str, dict[WorkClass, int]], name: str, work_class: WorkClass, minutes: int) -> None:
    by_class = sums.setdefault(name, {})
    by_class[work_class] = by_class.get(work_class, 0) + minutes
