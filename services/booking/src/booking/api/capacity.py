"""Capacity of a day and of the ordinary week (B1)."""

from chassis.access import Look, command, reader
from chassis.commands import Call
from fastapi import APIRouter, Depends
from starlette.responses import Response

from booking.api.capacity_bodies import (
    BalanceOut,
    CapacityOut,
    DayCapacityOut,
    PlanBody,
    PlanOut,
    WeekBody,
    WeekOut,
    planned,
)
from booking.api.words import FLOOR, DayPath, DealerPath, policy
from booking.domain.calendar import Calendar
from booking.domain.dealer_day import day_id
from booking.domain.policy import Policy
from booking.storage.days import known_dealer, look_at_days
from booking.storage.documents import CALENDARS, DAYS
from booking.usecases.change_calendar import PlanWeek, change_calendar
from booking.usecases.plan_capacity import PlanDay
from booking.usecases.plan_capacity import plan_day as do_plan_day

router = APIRouter(tags=["capacity"])


@router.put("/dealers/{dealer_id}/days/{day}/capacity", response_model=CapacityOut)
async def plan_day(
    dealer_id: DealerPath,
    day: DayPath,
    body: PlanBody,
    call: Call = Depends(command("manager", "dispatcher")),
    rules: Policy = Depends(policy),
) -> Response:
    """Plan a day: who works how many hours on which class, walk-in reserve, bays and advisors.

    Replaces the day's plan; `If-Match: *` plans it whether or not it exists. What is taken stays taken: a smaller plan
    may leave the day overloaded, and nothing is cancelled by that.
    """
    order = PlanDay(dealer_id, day, body.plan(rules.class_mix))
    id = day_id(dealer_id, day)
    return await call.perform(DAYS, id, lambda unit: do_plan_day(unit, order), answer=planned, queue=id)


@router.get("/dealers/{dealer_id}/days/{day}/capacity", response_model=DayCapacityOut)
async def read_capacity(
    dealer_id: DealerPath, day: DayPath, look: Look = Depends(reader(*FLOOR, "area_manager"))
) -> DayCapacityOut:
    """The day's plan and, by class, the hours available, assigned, reserved and bookable."""
    dealer = await known_dealer(look.unit, dealer_id)
    (seen,) = await look_at_days(look.unit, dealer, [day])
    look.etag(DAYS, seen.id)
    balances = [BalanceOut.of(balance) for balance in seen.at(look.unit.now).balances()]
    return DayCapacityOut(day=day, own_plan=seen.own_plan, plan=PlanOut.of(seen.plan), balances=balances)


@router.put("/dealers/{dealer_id}/weekly-capacity", response_model=WeekOut)
async def plan_week(
    dealer_id: DealerPath,
    body: WeekBody,
    call: Call = Depends(command("manager", "dispatcher")),
    rules: Policy = Depends(policy),
) -> Response:
    """Plan the ordinary week from a day on, today unless another is given: for every day without a plan of its own,
    days booked already included. From the first technician's day in the calendar on, staff decides."""
    order = PlanWeek(dealer_id, body.plans(rules.class_mix), body.effective_from)
    return await call.perform(CALENDARS, dealer_id, lambda unit: change_calendar(unit, order, rules), answer=WeekOut.of)


@router.get("/dealers/{dealer_id}/weekly-capacity", response_model=WeekOut)
async def read_week(dealer_id: DealerPath, look: Look = Depends(reader(*FLOOR, "area_manager"))) -> WeekOut:
    """The ordinary week as it holds today; empty when none was planned."""
    dealer = await known_dealer(look.unit, dealer_id)
    calendar = await look.unit.find(CALENDARS, dealer_id)
    look.etag(CALENDARS, dealer_id)
    return WeekOut.on(dealer.day_of(look.unit.now), calendar or Calendar(dealer_id))
