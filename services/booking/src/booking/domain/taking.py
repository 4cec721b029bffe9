"""What one visit takes of a dealer day (B1, B2)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.values import ClassHours, StaffId, TechnicianHours, VisitId, WorkClass


@dataclass(frozen=True)
class Wish:
    """What a booking asks of a day: a slot, hours of one class, perhaps an advisor and a technician by name."""

    visit_id: VisitId
    arrival: datetime
    work_class: WorkClass
    hours: TechnicianHours
    advisor: StaffId | None = None
    technician: StaffId | None = None
    preferred: tuple[StaffId, ...] = ()
    """Advisors who come first where they are free: whom the customer likes, then who received him last (B18)."""
    needs: tuple[str, ...] = ()
    """Qualifications without which the work may not be done, such as ``HIGH_VOLTAGE`` (W14)."""

    def at(self, arrival: datetime) -> "Wish":
        """The same wish at another time."""
        return replace(self, arrival=arrival)


class TakingKind(StrEnum):
    """Why the hours are taken."""

    HOLD = "HOLD"
    APPOINTMENT = "APPOINTMENT"
    UNBOOKED = "UNBOOKED"
    """Authorised work of a visit that has no standing appointment."""


@dataclass(frozen=True)
class TakenHours:
    """Hours of one piece of work. ``line`` is the repair order's line, or empty for an appointment's one piece."""

    line: str
    work_class: WorkClass
    hours: TechnicianHours


@dataclass(frozen=True)
class Taking:
    """One visit's hours on the day; ``advisor`` is set when it takes a reception slot too."""

    visit_id: VisitId
    kind: TakingKind
    arrival: datetime
    lines: tuple[TakenHours, ...]
    advisor: StaffId | None = None
    technician: StaffId | None = None
    """A technician the customer or the work asks for by name."""
    needs: tuple[str, ...] = ()
    held_until: datetime | None = None

    def minutes_of(self, work_class: WorkClass) -> int:
        return sum([line.hours.minutes for line in self.lines if line.work_class is work_class])

    def of_class(self, work_class: WorkClass) -> TechnicianHours:
        return TechnicianHours(minutes=self.minutes_of(work_class))

    def stands(self, now: datetime) -> bool:
        """A hold that is over takes nothing, whether or not its timer has fired yet (B15)."""
        return self.held_until is None or now < self.held_until

    def confirmed(self) -> "Taking":
        return replace(self, kind=TakingKind.APPOINTMENT, held_until=None)

    def with_lines(self, lines: Iterable[TakenHours]) -> "Taking":
        """The lines added; a line that is known already counts once, with its newest hours."""
        merged = {line.line: line for line in (*self.lines, *lines)}
        return replace(self, lines=tuple(merged.values()))

    def occupies_bay(self, work_class: WorkClass, start: datetime, end: datetime) -> bool:
        """Whether work of the class is planned in a bay at some time between start and end: it begins on arrival."""
        minutes = self.minutes_of(work_class)
        if not minutes:
            return False
        return self.arrival < end and start < self.arrival + timedelta(minutes=minutes)


@dataclass(frozen=True)
class CarryOver:
    """Hours reserved for a vehicle that stayed overnight (B1, W8)."""

    visit_id: VisitId
    hours: tuple[ClassHours, ...]
    technician: StaffId | None = None
    """Who goes on with it, where that is known."""
    reason: str = ""
    """Why it stayed (B13)."""
