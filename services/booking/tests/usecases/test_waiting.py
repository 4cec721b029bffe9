"""The wait list: a freed place is offered in order, each for a limited time (B16)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from booking.domain.appointment import State
from booking.domain.details import ChangeReason
from booking.domain.errors import MenuExceedsHours, NotWaiting, PlaceGone, ReadBackMissing, WaitTooShort
from booking.domain.waiting import WaitingState
from booking.storage.documents import WAITING
from booking.usecases.cancel_appointment import CancelAppointment, cancel_appointment
from booking.usecases.confirm_appointment import confirm_new_hold
from booking.usecases.due import expire_hold, miss_appointment
from booking.usecases.plan_capacity import PlanDay, plan_day
from booking.usecases.reschedule_appointment import RescheduleAppointment, reschedule_appointment
from booking.usecases.wait_for_place import (
    WaitForPlace,
    accept_place,
    decline_place,
    end_waiting,
    wait_for_place,
    withdraw_waiting,
)
from booking_builders import THE_DAY, THE_DAY_BEFORE, a_plan, a_wish, at, hours
from booking_journeys import POLICY, Desk, a_confirmation
from chassis.testing import memory_unit
from contracts.booking import AppointmentConfirmed, AppointmentHeld, AskedPart, MenuItem, PartsAsked, PlaceOffered
from contracts.values import Channel

AN_HOUR_LATER = THE_DAY_BEFORE + timedelta(hours=1)


async def a_full_day() -> Desk:
    """One hour in all, and it is booked by visit-1."""
    desk = await Desk().opened(a_plan(pm=1, gr=0))
    await desk.book()
    return desk


async def waits(
    desk: Desk, visit: str, after: int = 0, work: float = 1, day=THE_DAY, channel: Channel = Channel.PHONE, **more: Any
):
    told = a_confirmation(visit, **({"source": "CARD"} | more))
    command = WaitForPlace(a_wish(visit=visit, work=work), day, day, told, channel)
    now = THE_DAY_BEFORE + timedelta(minutes=after)
    return await desk.do(lambda unit: wait_for_place(unit, command, POLICY), now)


async def cancel(desk: Desk, visit: str = "visit-1"):
    command = CancelAppointment("SH001", visit, ChangeReason.OTHER)
    await desk.do(lambda unit: cancel_appointment(unit, command, POLICY), AN_HOUR_LATER)


async def states(desk: Desk, *visits: str) -> list[WaitingState]:
    unit = memory_unit(store=desk.store)
    return [(await unit.get(WAITING, visit)).state for visit in visits]


def told(desk: Desk, kind: type) -> list[Any]:
    return [event for event in desk.store.announced_events() if isinstance(event, kind)]


async def two_wait_and_the_place_becomes_free() -> Desk:
    desk = await a_full_day()
    await waits(desk, "second", after=2)
    await waits(desk, "first", after=1)
    await cancel(desk)
    return desk


async def test_a_freed_place_is_held_for_the_first_who_waits():
    """B16: cancelled; offered with a link and a time limit of two hours."""
    desk = await two_wait_and_the_place_becomes_free()
    assert await states(desk, "first", "second") == [WaitingState.OFFERED, WaitingState.WAITING]
    held = await desk.appointment("first")
    assert (held.state, held.expires_at) == (State.RESERVED, AN_HOUR_LATER + timedelta(hours=2))
    assert (await desk.balance(now=AN_HOUR_LATER)).bookable == hours(0)
    (offered,) = told(desk, PlaceOffered)
    assert (offered.arrival, offered.expires_at) == (at("09:00"), held.expires_at)


async def test_the_offer_names_a_customer_whom_nobody_may_have_met_yet():
    """B16, C4: who waits for his first visit can be reached too."""
    desk = await two_wait_and_the_place_becomes_free()
    (offered,) = told(desk, PlaceOffered)
    assert (offered.customer.person_id, offered.vehicle.plate) == (offered.person_id, "沪A12345")


async def test_the_offered_place_is_taken_with_what_was_written_down_before():
    """B16, B14: the source is kept."""
    desk = await a_full_day()
    await waits(desk, "first")
    await cancel(desk)
    assert (await desk.do(lambda unit: accept_place(unit, "first"), AN_HOUR_LATER)).state is State.CONFIRMED
    assert told(desk, AppointmentConfirmed)[-1].source == "CARD"
    assert await states(desk, "first") == [WaitingState.BOOKED]


@pytest.mark.parametrize(
    ("estimate", "kept"),
    [(at("09:00"), None), (at("09:01"), at("09:01"))],
    ids=["not after the place", "after the place"],
)
async def test_an_estimate_that_does_not_lie_after_the_offered_place_is_to_be_confirmed(
    estimate: datetime, kept: datetime | None
):
    """B16, B6: which place it would be was not known when the estimate was written down."""
    desk = await a_full_day()
    await waits(desk, "first", delivery_estimate=estimate)
    await cancel(desk)
    await desk.do(lambda unit: accept_place(unit, "first"), AN_HOUR_LATER)
    assert told(desk, AppointmentConfirmed)[-1].delivery_estimate == kept


async def test_the_parts_of_who_waited_are_asked_for_with_the_confirmation():
    """B16, B7."""
    desk = await a_full_day()
    part = AskedPart(number="90915-YZZD2", quantity=1)
    await waits(desk, "first", parts=(part,))
    await cancel(desk)
    assert told(desk, PartsAsked) == []
    await desk.do(lambda unit: accept_place(unit, "first"), AN_HOUR_LATER)
    (asked,) = told(desk, PartsAsked)
    assert (asked.items, asked.needed_by) == ((part,), at("09:00"))


async def test_the_channel_by_which_somebody_came_to_wait_is_his_bookings():
    """B16, B3."""
    desk = await a_full_day()
    await waits(desk, "first", channel=Channel.WECHAT)
    await cancel(desk)
    await desk.do(lambda unit: accept_place(unit, "first"), AN_HOUR_LATER)
    assert (told(desk, AppointmentHeld)[-1].channel, told(desk, AppointmentConfirmed)[-1].channel) == ("WECHAT",) * 2


async def test_nobody_waits_with_details_that_were_not_read_back():
    """B16, B6: by his link the place is confirmed at once."""
    desk = await a_full_day()
    with pytest.raises(ReadBackMissing):
        await waits(desk, "first", read_back_confirmed=False)


async def test_nobody_waits_for_fewer_hours_than_his_menu_needs():
    """B16, B1, B4: no place of that length could be confirmed."""
    desk = await a_full_day()
    with pytest.raises(MenuExceedsHours):
        await waits(desk, "first", menu_items=(MenuItem(code="PM20", title="Service", hours=hours(2)),))


async def test_an_offered_place_that_the_desk_confirms_like_any_hold_ends_the_waiting():
    """B16."""
    desk = await a_full_day()
    await waits(desk, "first")
    await cancel(desk)
    assert (await desk.confirm("first", AN_HOUR_LATER)).state is State.CONFIRMED
    assert await states(desk, "first") == [WaitingState.BOOKED]
    with pytest.raises(NotWaiting):
        await desk.do(lambda unit: withdraw_waiting(unit, "first", POLICY), AN_HOUR_LATER)


async def test_a_place_that_is_not_taken_in_time_goes_to_the_next():
    """B16, B15: by the hold's own timer; the first keeps his rank but is not asked for this day again."""
    desk = await two_wait_and_the_place_becomes_free()
    due = (await desk.appointment("first")).expires_at
    assert due is not None
    with pytest.raises(PlaceGone):
        await desk.do(lambda unit: accept_place(unit, "first"), due)
    await desk.do(lambda unit: expire_hold(unit, "first", due, POLICY), due)
    assert await states(desk, "first", "second") == [WaitingState.WAITING, WaitingState.OFFERED]
    assert (await desk.appointment("second")).expires_at == due + timedelta(hours=2)


async def test_whoever_let_a_place_pass_may_be_offered_one_of_another_day():
    """B16."""
    desk = await a_full_day()
    next_day = THE_DAY + timedelta(days=1)
    await desk.do(lambda unit: plan_day(unit, PlanDay("SH001", next_day, a_plan(pm=1, gr=0))))
    await desk.book(a_wish(day=next_day, visit="other"))
    command = WaitForPlace(a_wish(visit="first"), THE_DAY, next_day, a_confirmation("first"))
    await desk.do(lambda unit: wait_for_place(unit, command, POLICY))
    await cancel(desk)
    await desk.do(lambda unit: decline_place(unit, "first", POLICY), AN_HOUR_LATER)
    await cancel(desk, "other")
    assert (await desk.appointment("first")).arrival == at("09:00", next_day)
    assert await states(desk, "first") == [WaitingState.OFFERED]


async def test_whoever_declines_goes_on_waiting_and_the_next_is_offered_the_place():
    """B16."""
    desk = await two_wait_and_the_place_becomes_free()
    await desk.do(lambda unit: decline_place(unit, "first", POLICY), AN_HOUR_LATER)
    assert await states(desk, "first", "second") == [WaitingState.WAITING, WaitingState.OFFERED]


async def test_who_needs_more_than_became_free_is_passed_over():
    """B16, B1."""
    desk = await a_full_day()
    await waits(desk, "big", after=1, work=2)
    await waits(desk, "small", after=2, work=0.5)
    await cancel(desk)
    assert await states(desk, "big", "small") == [WaitingState.WAITING, WaitingState.OFFERED]


async def test_a_moved_appointment_frees_a_place_too():
    """B16, B11: one moved within the day."""
    desk = await Desk().opened(a_plan(pm=8, gr=0, advisors=("wang",)))
    await desk.book()
    await waits(desk, "first")
    command = RescheduleAppointment("SH001", a_wish("11:00"), ChangeReason.NO_TIME)
    await desk.do(lambda unit: reschedule_appointment(unit, command, POLICY))
    assert (await desk.appointment("first")).arrival == at("09:00")


async def test_nobody_is_asked_for_a_place_that_comes_too_soon():
    """B16, B10: missed at 9:30; whoever waits could not answer before."""
    desk = await a_full_day()
    await waits(desk, "first")
    due = (await desk.appointment()).missed_after
    assert due is not None
    await desk.do(lambda unit: miss_appointment(unit, "visit-1", due, POLICY), due)
    assert await states(desk, "first") == [WaitingState.WAITING]


async def test_who_stops_waiting_leaves_his_place_to_the_next_and_stops_once():
    """B16."""
    desk = await two_wait_and_the_place_becomes_free()
    await desk.do(lambda unit: withdraw_waiting(unit, "first", POLICY), AN_HOUR_LATER)
    assert await states(desk, "first", "second") == [WaitingState.WITHDRAWN, WaitingState.OFFERED]
    with pytest.raises(NotWaiting):
        await desk.do(lambda unit: withdraw_waiting(unit, "first", POLICY))


async def test_waiting_ends_by_itself_when_the_last_wanted_day_is_over():
    """B16: by its timer."""
    desk = await a_full_day()
    over = (await waits(desk, "first")).over_at
    await desk.do(lambda unit: end_waiting(unit, "first", over), over)
    assert (over, await states(desk, "first")) == (at("00:00", THE_DAY + timedelta(days=1)), [WaitingState.OVER])


async def test_a_held_place_that_is_cancelled_at_the_desk_ends_the_waiting():
    """B16, B11."""
    desk = await a_full_day()
    await waits(desk, "first")
    await cancel(desk)
    await cancel(desk, "first")
    assert await states(desk, "first") == [WaitingState.WITHDRAWN]


async def test_nobody_waits_for_days_that_are_over():
    desk = await a_full_day()
    with pytest.raises(WaitTooShort):
        await waits(desk, "first", day=THE_DAY - timedelta(days=30))


async def test_who_was_booked_at_the_desk_while_he_still_stood_on_the_list_leaves_it_and_keeps_his_appointment():
    """B16: confirming did not always end the waiting."""
    desk = await a_full_day()
    await waits(desk, "first")
    await cancel(desk)
    await desk.do(lambda unit: confirm_new_hold(unit, a_confirmation("first"), POLICY), AN_HOUR_LATER)
    await desk.do(lambda unit: withdraw_waiting(unit, "first", POLICY), AN_HOUR_LATER)
    assert await states(desk, "first") == [WaitingState.WITHDRAWN]
    assert (await desk.appointment("first")).state is State.CONFIRMED
