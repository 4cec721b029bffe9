"""The dealer's calendar: staff, leave, the shop, single days; with effect from a day on (B1, W14)."""

from datetime import date, timedelta
from typing import Annotated

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.texts import Words, words
from contracts.values import Day
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from booking.api.calendar_bodies import (
    CalendarOut,
    DayRuleBody,
    EmploymentBody,
    LearnedReserveBody,
    LeavesBody,
    PlannedDayOut,
    PlannedDaysOut,
    ShopBody,
)
from booking.api.words import FLOOR, DayPath, DealerPath, StaffPath, policy
from booking.domain.calendar import Calendar
from booking.domain.errors import RangeTooWide
from booking.domain.policy import Policy
from booking.storage.days import known_dealer, planned_by
from booking.storage.documents import CALENDARS
from booking.storage.public_holidays import MADE_UP_TEXT, public_day
from booking.usecases.change_calendar import Changed, Employ, EquipShop, GrantLeave, RuleDay, change_calendar
from booking.usecases.learn_reserve import LearnReserve
from booking.usecases.learn_reserve import learn_reserve as do_learn

router = APIRouter(tags=["calendar"])
PLANNERS = ("manager", "dispatcher")
MOST_DAYS = 92


@router.put("/dealers/{dealer_id}/calendar/staff/{staff}", response_model=CalendarOut)
async def employ(
    dealer_id: DealerPath,
    staff: StaffPath,
    body: EmploymentBody,
    call: Call = Depends(command(*PLANNERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """Shifts, skills and qualifications of somebody from a day on. Days that are over stay as they were.

    From the first technician's day on the staff's shifts plan all days that have no plan of their own.
    """
    return await _change(call, Employ(dealer_id, staff, body.employment()), rules)


@router.put("/dealers/{dealer_id}/calendar/staff/{staff}/leave", response_model=CalendarOut)
async def grant_leave(
    dealer_id: DealerPath,
    staff: StaffPath,
    body: LeavesBody,
    call: Call = Depends(command(*PLANNERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """All leaves of somebody that are not over yet. A day may be overloaded by that; nothing booked is cancelled."""
    return await _change(call, GrantLeave(dealer_id, staff, body.granted()), rules)


@router.put("/dealers/{dealer_id}/calendar/shop", response_model=CalendarOut)
async def equip_shop(
    dealer_id: DealerPath,
    body: ShopBody,
    call: Call = Depends(command(*PLANNERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """Bays, quick-service lane, reserves, mix of classes, and whose public holidays are kept."""
    return await _change(call, EquipShop(dealer_id, body.shop(rules.class_mix)), rules)


@router.put("/dealers/{dealer_id}/calendar/learned-reserve", response_model=CalendarOut)
async def learn_reserve(
    dealer_id: DealerPath,
    body: LearnedReserveBody,
    call: Call = Depends(command(*PLANNERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """Keep free from a day on what the last eight weeks needed beyond what was booked; the reason stands beside it.

    Each day keeps what the mean day worked of those weeks would have needed, beside the walk-in reserve. A class with
    too few booked visits to learn from keeps the learned reserve it has, and the reason says so.
    """
    order = LearnReserve(dealer_id, body.effective_from)
    return await call.perform(CALENDARS, dealer_id, lambda unit: do_learn(unit, order, rules), answer=CalendarOut.of)


@router.put("/dealers/{dealer_id}/calendar/days/{day}", response_model=CalendarOut)
async def rule_day(
    dealer_id: DealerPath,
    day: DayPath,
    body: DayRuleBody,
    call: Call = Depends(command(*PLANNERS)),
    rules: Policy = Depends(policy),
) -> Response:
    """Close a day, open a holiday, work it like another weekday, or with other hours."""
    return await _change(call, RuleDay(dealer_id, body.rule(day)), rules)


@router.get("/dealers/{dealer_id}/calendar", response_model=CalendarOut)
async def read_calendar(dealer_id: DealerPath, look: Look = Depends(reader(*FLOOR, "area_manager"))) -> CalendarOut:
    """The whole calendar; empty while the dealer plans by the ordinary week or by single days."""
    await known_dealer(look.unit, dealer_id)
    calendar = await look.unit.find(CALENDARS, dealer_id)
    look.etag(CALENDARS, dealer_id)
    return CalendarOut.of(calendar or Calendar(dealer_id))


@router.get("/dealers/{dealer_id}/calendar/days", response_model=PlannedDaysOut)
async def read_planned_days(
    dealer_id: DealerPath,
    first: Annotated[Day, Query(alias="from", description="First day", examples=["2025-10-01"])],
    last: Annotated[Day, Query(alias="to", description="Last day", examples=["2025-10-12"])],
    look: Look = Depends(reader(*FLOOR, "area_manager")),
    told: Words = Depends(words),
) -> PlannedDaysOut:
    """What the calendar makes of the days: hours by class, and why a day is closed or worked all the same, in the
    language asked for by Accept-Language.

    A day with a plan of its own (`/days/{day}/capacity`) may differ. At most 92 days.
    """
    dealer = await known_dealer(look.unit, dealer_id)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise RangeTooWide(most=MOST_DAYS)
    calendar = await look.unit.find(CALENDARS, dealer_id) or Calendar(dealer_id)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return PlannedDaysOut(
        items=[PlannedDayOut.of(day, planned_by(calendar, day, dealer), _said(calendar, day, told)) for day in days]
    )


def _said(calendar: Calendar, day: date, told: Words) -> str:
    rule, public = calendar.rule_of(day), public_day(calendar.holidays_on(day), day, told.language)
    if rule is not None:
        return rule.reason or told.say("by the dealer")
    if public is None:
        return ""
    return public.name if public.works_like is None else told.say(MADE_UP_TEXT)


async def _change(call: Call, order: Changed, rules: Policy) -> Response:
    return await call.perform(
        CALENDARS, order.dealer_id, lambda unit: change_calendar(unit, order, rules), answer=CalendarOut.of
    )
