"""A day's hours by technician: the rows of the capacity sheet (B1, B8).

Hours are taken by class; only takings that ask for somebody by name are somebody's. The others are spread here so
that the technicians stay level. It is a proposal to look at: the dispatcher decides on the day (W1).
"""

from dataclasses import dataclass
from datetime import datetime

from contracts.values import StaffId, WorkClass

from booking.domain.dealer_day import DealerDay


@dataclass
class TechnicianRow:
    """One technician's day in minutes. ``technician`` None: hours for which nobody is there (overload)."""

    technician: StaffId | None
    available: int = 0
    assigned: int = 0
    reserved: int = 0

    @property
    def free(self) -> int:
        return self.available - self.assigned - self.reserved


@dataclass(frozen=True)
class _Need:
    """Hours of one class to be spread."""

    work_class: WorkClass
    minutes: int
    reserve: bool
    technician: StaffId | None


def technician_rows(day: DealerDay, now: datetime) -> list[TechnicianRow]:
    """The rows in the plan's order. Their sums are the day's available, assigned and carry-over hours."""
    spread = _Spread(day)
    needs = _needs(day, now)
    for need in sorted(needs, key=lambda need: (need.technician is None, not need.reserve)):
        spread.give(need)
    return spread.rows()


def _needs(day: DealerDay, now: datetime) -> list[_Need]:
    taken = [(t.technician, False, t.lines) for t in day.standing(now)]
    kept = [(c.technician, True, c.hours) for c in day.carry_overs]
    return [
        _Need(part.work_class, part.hours.minutes, reserve, technician)
        for technician, reserve, parts in (*taken, *kept)
        for part in parts
    ]


class _Spread:
    """Free minutes by technician and class while needs are given out."""

    def __init__(self, day: DealerDay) -> None:
        self._rows = {
            p.technician: TechnicianRow(p.technician, sum([part.hours.minutes for part in p.hours]))
            for p in day.plan.technicians
        }
        self._free = {
            (p.technician, part.work_class): part.hours.minutes for p in day.plan.technicians for part in p.hours
        }
        self._uncovered = TechnicianRow(None)

    def give(self, need: _Need) -> None:
        """To the named technician, else in pieces to whoever has most hours of the class left."""
        left = need.minutes
        if need.technician in self._rows:
            self._book(need, need.technician, left)
            return
        while left > 0 and (technician := self._freest(need.work_class)) is not None:
            piece = min(left, self._free[technician, need.work_class])
            self._book(need, technician, piece)
            left -= piece
        self._add(self._uncovered, need, left)

    def rows(self) -> list[TechnicianRow]:
        over = [self._uncovered] if self._uncovered.free else []
        return [*self._rows.values(), *over]

    def _freest(self, work_class: WorkClass) -> StaffId | None:
        able = [name for name in self._rows if self._free.get((name, work_class), 0) > 0]
        return max(able, key=lambda name: self._free[name, work_class], default=None)

    def _book(self, need: _Need, technician: StaffId, minutes: int) -> None:
        key = (technician, need.work_class)
        self._free[key] = self._free.get(key, 0) - minutes
        self._add(self._rows[technician], need, minutes)

    @staticmethod
    def _add(row: TechnicianRow, need: _Need, minutes: int) -> None:
        if need.reserve:
            row.reserved += minutes
        else:
            row.assigned += minutes
