"""A vehicle came, booked or not (B13): a row for figures of arrivals, and of work found later (B20)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.values import NO_HOURS, TechnicianHours, VisitId, WorkClass

NO_VISIT = ("REGISTERED_TWICE", "WRONG_DEALER")
"""Reception's reasons of leaving by which nobody had come to this dealer for a visit of his own (R1)."""


@dataclass(frozen=True)
class FoundWork:
    """Work that was authorised beyond the booked work; ``line`` counts once."""

    line: str
    work_class: WorkClass
    hours: TechnicianHours


@dataclass
class Arrival:
    """One visit at the counter, on the dealer's day and hour. ``expected``: booked hours; none for a walk-in."""

    visit_id: VisitId
    dealer_id: str
    day: date
    at: datetime
    hour: int
    booked: bool
    work_class: WorkClass | None = None
    expected: TechnicianHours = NO_HOURS
    found: list[FoundWork] = field(default_factory=list)
    left: str | None = None
    """Why he went before anybody greeted him, as long as he is not back (R1)."""

    @property
    def is_visit(self) -> bool:
        """Whether it counts among those who came (B13)."""
        return self.left not in NO_VISIT

    def find(self, work: FoundWork) -> None:
        """A supplement was authorised."""
        self.found = [*(one for one in self.found if one.line != work.line), work]

    def forget(self, lines: Collection[str]) -> None:
        """These lines are off after all (R9)."""
        self.found = [one for one in self.found if one.line not in lines]
