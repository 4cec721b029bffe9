"""Changing a dealer's calendar from a day on: staff, leave, the shop's equipment, single days (B1, W14)."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit
from contracts.values import ClassHours, StaffId

from booking.domain.calendar import Calendar, DayRule, Shop, WeekdayPlan
from booking.domain.errors import CountryUnknown
from booking.domain.policy import Policy
from booking.domain.staff import Employment, Leave
from booking.storage.days import known_dealer
from booking.storage.documents import CALENDARS
from booking.storage.public_holidays import known_countries, public_day


@dataclass(frozen=True)
class PlanWeek:
    """``effective_from`` None: from today on."""

    dealer_id: str
    weekdays: tuple[WeekdayPlan, ...]
    effective_from: date | None = None


@dataclass(frozen=True)
class Employ:
    dealer_id: str
    code: StaffId
    employment: Employment


@dataclass(frozen=True)
class GrantLeave:
    dealer_id: str
    code: StaffId
    leaves: tuple[Leave, ...]


@dataclass(frozen=True)
class EquipShop:
    dealer_id: str
    shop: Shop


@dataclass(frozen=True)
class KeepFree:
    """What was learned of additional work (B20)."""

    dealer_id: str
    effective_from: date
    learned: tuple[ClassHours, ...]
    reason: str


@dataclass(frozen=True)
class RuleDay:
    dealer_id: str
    rule: DayRule


Changed = PlanWeek | Employ | GrantLeave | EquipShop | KeepFree | RuleDay


async def change_calendar(unit: Unit, command: Changed, policy: Policy) -> Calendar:
    """Days without a plan of their own show it at once, hours move with the next taking; nothing is cancelled.

    Days that are opened otherwise than the ordinary week has it are announced, for promised times (R11).
    """
    dealer = await known_dealer(unit, command.dealer_id)
    today = dealer.day_of(unit.now)
    calendar = await unit.find(CALENDARS, command.dealer_id)
    if calendar is None:
        calendar = Calendar(command.dealer_id, mix=policy.class_mix)
        unit.add(CALENDARS, calendar)
    match command:
        case PlanWeek():
            calendar.plan_week(command.weekdays, command.effective_from or today, today)
        case Employ():
            calendar.employ(command.code, command.employment, today)
        case GrantLeave():
            calendar.grant_leave(command.code, command.leaves, today)
        case EquipShop():
            if command.shop.holidays and command.shop.holidays not in known_countries():
                raise CountryUnknown()
            calendar.equip(command.shop, today)
        case KeepFree():
            calendar.keep_free(command.learned, command.reason, command.effective_from, today)
        case RuleDay():
            calendar.rule_day(command.rule, today)
    unit.save(CALENDARS, calendar, calendar.tell_openings(dealer, today, public_day))
    return calendar
