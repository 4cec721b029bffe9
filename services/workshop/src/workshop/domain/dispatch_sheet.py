"""The day's dispatch sheet with its rounds: the one place where technicians' hours and bays are given out (W1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.values import TechnicianHours, WorkClass

from workshop.domain import errors
from workshop.domain.hours import total


def sheet_id(dealer_id: str, day: date) -> str:
    return f"{dealer_id}:{day.isoformat()}"


@dataclass(frozen=True)
class SheetRow:
    """A line in one round of the day. ``hours`` is what it takes of the technician's day."""

    visit_id: str
    line_id: str
    work_class: WorkClass
    hours: TechnicianHours
    technician: str
    bay: str
    dispatch_round: int
    left: bool = False
    """The line went elsewhere; ``hours`` is what had been worked on it here."""


@dataclass
class DispatchSheet:
    """One dealer's day."""

    dealer_id: str
    day: date
    rows: list[SheetRow] = field(default_factory=list)

    @property
    def sheet_id(self) -> str:
        return sheet_id(self.dealer_id, self.day)

    def taken_of(self, technician: str) -> TechnicianHours:
        return total(row.hours for row in self.rows if row.technician == technician)

    def hours_of_round(self, dispatch_round: int) -> TechnicianHours:
        return total(row.hours for row in self.rows if row.dispatch_round == dispatch_round)

    @property
    def rounds(self) -> list[int]:
        return sorted({row.dispatch_round for row in self.rows})

    @property
    def hours(self) -> TechnicianHours:
        """All rounds together: 15.5 + 8 + 8.5 = 32 h on the reference sheet."""
        return total(row.hours for row in self.rows)

    def next_round_of(self, technician: str) -> int:
        return max((row.dispatch_round for row in self.rows if row.technician == technician), default=0) + 1

    def vehicle_in(self, bay: str, dispatch_round: int) -> str | None:
        """The visit that has the bay in this round."""
        taken = (row.visit_id for row in self.rows if (row.bay, row.dispatch_round) == (bay, dispatch_round))
        return next(taken, None)

    def enter(self, row: SheetRow, shift: TechnicianHours, *, overtime: bool = False) -> None:
        """Give the line its hours and its bay. One bay has one vehicle in a round; hours end with the shift."""
        free = shift - self.taken_of(row.technician)
        if not overtime and free < row.hours:
            raise errors.TechnicianFull(row.technician, self.day, free.minutes, row.hours.minutes)
        other = self.vehicle_in(row.bay, row.dispatch_round)
        if other not in (None, row.visit_id):
            raise errors.BayTaken(row.bay, row.dispatch_round, str(other))
        self.rows.append(row)

    def release(self, visit_id: str, worked: Mapping[str, TechnicianHours]) -> None:
        """Lines leave the day: carried over, given to another, declined. What was ``worked`` stays on the sheet."""
        kept: list[SheetRow] = []
        for row in self.rows:
            if row.left or row.visit_id != visit_id or row.line_id not in worked:
                kept.append(row)
            elif worked[row.line_id].minutes > 0:
                kept.append(replace(row, hours=worked[row.line_id], left=True))
        self.rows = kept
