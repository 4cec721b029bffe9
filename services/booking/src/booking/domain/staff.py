"""Who works when, on what, and with which qualification (B1, W14): by versions, each with effect from a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from contracts.values import StaffId, TechnicianHours, WorkClass

from booking.domain.capacity import TechnicianPlan, share_out
from booking.domain.errors import PlanContradictory


class LeaveReason(StrEnum):
    """Why somebody is away."""

    HOLIDAY = "HOLIDAY"
    ILL = "ILL"
    TRAINING = "TRAINING"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Shift:
    """Working hours of one weekday, Monday is 0, on the dealer's clock; ``pause`` in minutes is taken off."""

    weekday: int
    start: time
    end: time
    pause: int = 0

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise PlanContradictory("A shift ends before it begins, or is all pause: correct its times.")

    @property
    def minutes(self) -> int:
        begin, end = (datetime.combine(date.min, at) for at in (self.start, self.end))
        return int((end - begin).total_seconds()) // 60 - self.pause


@dataclass(frozen=True)
class Qualification:
    """A proof such as ``HIGH_VOLTAGE``; None: without an end."""

    code: str
    valid_until: date | None = None


@dataclass(frozen=True)
class Employment:
    """What holds of somebody from a day on. No shifts: nobody works here any more. ``receives``: is an advisor."""

    effective_from: date
    shifts: tuple[Shift, ...] = ()
    work_classes: tuple[WorkClass, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    receives: bool = False

    def minutes_on(self, weekday: int) -> int:
        return sum(shift.minutes for shift in self.shifts if shift.weekday == weekday)


@dataclass(frozen=True)
class Leave:
    """Away from a day to another, both included."""

    first: date
    last: date
    reason: LeaveReason

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PlanContradictory("A leave ends before it begins: correct its days.")


@dataclass(frozen=True)
class Member:
    """One of the staff: versions of the employment, oldest first, and leaves."""

    code: StaffId
    employments: tuple[Employment, ...] = ()
    leaves: tuple[Leave, ...] = ()

    def changed(self, employment: Employment) -> "Member":
        """From its day on the new version holds; versions that would begin later are replaced by it."""
        kept = [one for one in self.employments if one.effective_from < employment.effective_from]
        return Member(self.code, (*kept, employment), self.leaves)

    def on_leave(self, leaves: Iterable[Leave]) -> "Member":
        return Member(self.code, self.employments, tuple(sorted(leaves, key=lambda leave: leave.first)))

    def working(self, day: date, weekday: int) -> Employment | None:
        """The version that holds on a day, if a shift of the weekday is worked and no leave is taken."""
        valid = [one for one in self.employments if one.effective_from <= day]
        away = any(leave.first <= day <= leave.last for leave in self.leaves)
        return valid[-1] if valid and not away and valid[-1].minutes_on(weekday) else None

    def hours_on(self, day: date, weekday: int, mix: Mapping[WorkClass, int]) -> TechnicianPlan | None:
        """The hours as a technician: shift less pause less leave, over the classes of the skills (B1)."""
        employment = self.working(day, weekday)
        if employment is None or not employment.work_classes:
            return None
        hours = TechnicianHours(minutes=employment.minutes_on(weekday))
        valid = tuple(q.code for q in employment.qualifications if q.valid_until is None or day <= q.valid_until)
        return TechnicianPlan(self.code, share_out(hours, employment.work_classes, mix), valid)
