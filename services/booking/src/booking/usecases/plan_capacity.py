"""Planning the technician hours of one day (B1)."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit

from booking.domain.capacity import CapacityPlan
from booking.domain.dealer_day import DealerDay
from booking.domain.errors import PastDaysAreFrozen
from booking.storage.days import known_dealer, open_day
from booking.storage.documents import DAYS


@dataclass(frozen=True)
class PlanDay:
    dealer_id: str
    day: date
    plan: CapacityPlan


async def plan_day(unit: Unit, command: PlanDay) -> DealerDay:
    """The day gets its own plan; what is taken stays taken, even if that overloads it."""
    dealer = await known_dealer(unit, command.dealer_id)
    if command.day < dealer.day_of(unit.now):
        raise PastDaysAreFrozen()
    day = await open_day(unit, dealer, command.day)
    unit.save(DAYS, day, day.replan(command.plan, unit.now))
    return day
