"""Technician hours by class: the plan of a day and its balance (B1)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from contracts.booking import CapacityChanged
from contracts.headquarters import OpeningHours
from contracts.values import NO_HOURS, ClassHours, StaffId, TechnicianHours, WorkClass

from booking.domain.errors import PlanContradictory

CLASSES = (WorkClass.PM, WorkClass.GR, WorkClass.QUICK_SERVICE)
DIAGNOSIS = "DIAGNOSIS"
"""The qualification of a diagnostic technician (B4)."""


def total(hours: Iterable[TechnicianHours]) -> TechnicianHours:
    """The sum of hours."""
    return TechnicianHours(minutes=sum(part.minutes for part in hours))


def minutes_of(hours: Iterable[ClassHours], work_class: WorkClass) -> int:
    """The minutes of one class in a list of class hours."""
    return sum([part.hours.minutes for part in hours if part.work_class is work_class])


def of_class(hours: Iterable[ClassHours], work_class: WorkClass) -> TechnicianHours:
    """The hours of one class in a list of class hours."""
    return TechnicianHours(minutes=minutes_of(hours, work_class))


def share_out(
    hours: TechnicianHours, classes: Sequence[WorkClass], mix: Mapping[WorkClass, int]
) -> tuple[ClassHours, ...]:
    """A technician's hours over the classes of his skills by the dealer's mix (B1: 70 % PM, 30 % GR).

    No minute is lost or made: what rounding leaves over goes to the first class.
    """
    weights = {work_class: mix.get(work_class, 0) for work_class in classes}
    whole = sum(weights.values())
    if whole == 0:
        weights, whole = dict.fromkeys(classes, 1), len(weights)
    parts = {work_class: hours.minutes * weight // whole for work_class, weight in weights.items()}
    parts[classes[0]] += hours.minutes - sum(parts.values())
    return tuple(ClassHours(work_class=c, hours=TechnicianHours(minutes=m)) for c, m in parts.items())


@dataclass(frozen=True)
class TechnicianPlan:
    """One technician's hours of a day: shift less leave, by the classes his skills count for (B1)."""

    technician: StaffId
    hours: tuple[ClassHours, ...]
    qualifications: tuple[str, ...] = ()
    """Valid on this day, such as ``HIGH_VOLTAGE`` (W14)."""

    @property
    def available(self) -> TechnicianHours:
        return total(part.hours for part in self.hours)


@dataclass(frozen=True)
class ClassBays:
    """Bays in which work of one class can be done."""

    work_class: WorkClass
    bays: int


@dataclass(frozen=True)
class CapacityPlan:
    """What a day offers before anything is taken (B1, B2).

    A class without ``bays`` is not limited by bays; without ``advisors`` all advisors of the dealer are on duty.
    ``quick_lane``: so many quick-service vehicles drive straight into the lane in each slot, past the advisors; with
    none they are received by advisors like all others. ``opening``: other hours than the dealer's usual ones.
    """

    technicians: tuple[TechnicianPlan, ...] = ()
    walk_in_reserve: tuple[ClassHours, ...] = ()
    bays: tuple[ClassBays, ...] = ()
    advisors: tuple[StaffId, ...] = ()
    quick_lane: int = 0
    opening: tuple[OpeningHours, ...] = ()

    def __post_init__(self) -> None:
        names = [plan.technician for plan in self.technicians]
        if len(names) != len(set(names)):
            raise PlanContradictory("A technician stands in the plan twice: give each technician once, with all hours.")
        if len({bays.work_class for bays in self.bays}) != len(self.bays):
            raise PlanContradictory("A work class has its bays twice: give each class once.")

    @cached_property
    def _minutes(self) -> Counter[WorkClass]:
        minutes: Counter[WorkClass] = Counter()
        for plan in self.technicians:
            for part in plan.hours:
                minutes[part.work_class] += part.hours.minutes
        return minutes

    def available(self, work_class: WorkClass) -> TechnicianHours:
        return TechnicianHours(minutes=self._minutes[work_class])

    def bays_of(self, work_class: WorkClass) -> int | None:
        """Bays of a class; None: bays do not limit it."""
        return next((b.bays for b in self.bays if b.work_class is work_class), None)

    def qualified(self, need: str, work_class: WorkClass) -> TechnicianHours:
        """Hours of those who are qualified for it."""
        return total(of_class(plan.hours, work_class) for plan in self.technicians if need in plan.qualifications)

    def technician(self, name: StaffId) -> TechnicianPlan | None:
        return next((plan for plan in self.technicians if plan.technician == name), None)


def diagnosticians(plans: Iterable[CapacityPlan]) -> tuple[StaffId, ...]:
    """Who can be consulted for a repair on these days: all who are qualified for it, or, where nobody is, everybody
    (B4)."""
    team = [technician for plan in plans for technician in plan.technicians]
    qualified = [technician for technician in team if DIAGNOSIS in technician.qualifications]
    return tuple(dict.fromkeys(technician.technician for technician in qualified or team))


@dataclass(frozen=True)
class Balance:
    """The hours of one class of a day: ``bookable = available - assigned - carry-over reserve - walk-in reserve``."""

    work_class: WorkClass
    available: TechnicianHours
    assigned: TechnicianHours
    carry_over_reserve: TechnicianHours
    walk_in_reserve: TechnicianHours

    @property
    def bookable(self) -> TechnicianHours:
        """May be negative after a late carry-over or a smaller plan."""
        given = self.assigned.minutes + self.carry_over_reserve.minutes + self.walk_in_reserve.minutes
        return TechnicianHours(minutes=self.available.minutes - given)

    @property
    def overloaded(self) -> bool:
        """Shown, and nothing more: no appointment is cancelled by itself (B1)."""
        return self.bookable < NO_HOURS

    @property
    def is_empty(self) -> bool:
        return self == empty_balance(self.work_class)

    def announced(self, day: date) -> CapacityChanged:
        return CapacityChanged(
            day=day,
            work_class=self.work_class,
            available=self.available,
            assigned=self.assigned,
            carry_over_reserve=self.carry_over_reserve,
            walk_in_reserve=self.walk_in_reserve,
            bookable=self.bookable,
        )


def empty_balance(work_class: WorkClass) -> Balance:
    """A class of which the day has nothing."""
    return Balance(work_class, NO_HOURS, NO_HOURS, NO_HOURS, NO_HOURS)
