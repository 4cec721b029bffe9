"""What one visit takes of a dealer day (B1, B2)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
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

    def minutes_by_class(self) -> dict[WorkClass, int]:
        minutes: dict[WorkClass, int] = {}
        for line in self.lines:
            minutes[line.work_class] = minutes.get(line.work_class, 0) + line.hours.minutes
        return minutes

    def stands(self, now: datetime) -> bool:
        """A hold that is over takes nothing, whether or not its timer has fired yet (B15)."""
        return self.held_until is None or now < self.held_until

    def confirmed(self) -> "Taking":
        return replace(self, kind=TakingKind.APPOINTMENT, held_until=None)

    def with_lines(self, lines: Iterable[TakenHours]) -> "Taking":
        """The lines added; a line that is known already counts once, with its newest hours."""
        merged = {line.line: line for line in (*self.lines, *lines)}
        return replace(self, lines=tuple(merged.values()))

    def without(self, lines: Iterable[str]) -> "Taking":
        """Some of its lines are off."""
        gone = set(lines)
        return replace(self, lines=tuple(line for line in self.lines if line.line not in gone))


@dataclass(frozen=True)
class CarryOver:
    """Hours reserved for a vehicle that stayed overnight (B1, W8)."""

    visit_id: VisitId
    hours: tuple[ClassHours, ...]
    technician: StaffId | None = None
    """Who goes on with it, where that is known."""
    reason: str = ""
    """Why it stayed (B13)."""
