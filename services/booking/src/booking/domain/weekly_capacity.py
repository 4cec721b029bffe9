"""A dealer's ordinary week: the plan of every day that has none of its own (B1)."""

from dataclasses import dataclass
from datetime import date

from booking.domain.capacity import CapacityPlan
from booking.domain.errors import PlanContradictory


@dataclass(frozen=True)
class WeekdayPlan:
    """The plan of one weekday. Monday is 0."""

    weekday: int
    plan: CapacityPlan


@dataclass
class WeeklyCapacity:
    """The calendar of a dealer. A weekday that is not in it has no hours."""

    dealer_id: str
    weekdays: tuple[WeekdayPlan, ...] = ()

    def replan(self, weekdays: tuple[WeekdayPlan, ...]) -> None:
        """The whole week anew; days with a plan of their own keep it."""
        if len({plan.weekday for plan in weekdays}) != len(weekdays):
            raise PlanContradictory("A weekday stands in the calendar twice: give each weekday once.")
        self.weekdays = weekdays

    def plan_of(self, day: date) -> CapacityPlan:
        """What the calendar says for a day."""
        return next((plan.plan for plan in self.weekdays if plan.weekday == day.weekday()), CapacityPlan())
