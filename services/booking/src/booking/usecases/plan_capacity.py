"""Planning technician hours: for one day, and for the ordinary week (B1)."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit

from booking.domain.capacity import CapacityPlan
from booking.domain.dealer_day import DealerDay
from booking.domain.weekly_capacity import WeekdayPlan, WeeklyCapacity
from booking.storage.days import known_dealer, open_day
from booking.storage.documents import DAYS, WEEKS


@dataclass(frozen=True)
class PlanDay:
    dealer_id: str
    day: date
    plan: CapacityPlan


@dataclass(frozen=True)
class PlanWeek:
    dealer_id: str
    weekdays: tuple[WeekdayPlan, ...]


async def plan_day(unit: Unit, command: PlanDay) -> DealerDay:
    """The day gets its own plan; what is taken stays taken, even if that overloads it."""
    dealer = await known_dealer(unit, command.dealer_id)
    day = await open_day(unit, dealer, command.day)
    unit.save(DAYS, day, day.replan(command.plan, unit.now))
    return day


async def plan_week(unit: Unit, command: PlanWeek) -> WeeklyCapacity:
    """The calendar for all days without a plan of their own. Days show it at once; hours move with the next taking."""
    await known_dealer(unit, command.dealer_id)
    week = await unit.find(WEEKS, command.dealer_id)
    if week is None:
        week = WeeklyCapacity(command.dealer_id)
        unit.add(WEEKS, week)
    week.replan(command.weekdays)
    unit.save(WEEKS, week)
    return week
