"""The wait list: a freed place is offered in order, each for a limited time (B16)."""

from datetime import timedelta

import pytest
from booking.domain.appointment import State
from booking.domain.details import ChangeReason
from booking.domain.errors import NotWaiting, PlaceGone, WaitTooShort
from booking.domain.waiting import WaitingState
from booking.storage.documents import WAITING
from booking.usecases.cancel_appointment import CancelAppointment, cancel_appointment
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
from contracts.booking import AppointmentConfirmed, PlaceOffered

AN_HOUR_LATER = THE_DAY_BEFORE + timedelta(hours=1)


async def a_full_day() -> Desk:
    """One hour in all, and it is booked by visit-1."""
    desk = await Desk().opened(a_plan(pm=1, gr=0))
    await desk.book()
    return desk


async def waits(desk: Desk, visit: str, after: int = 0, work: float = 1, day=THE_DAY):
    command = WaitForPlace(a_wish(visit=visit, work=work), day, day, a_confirmation(visit, source="CARD"))
    now = THE_DAY_BEFORE + timedelta(minutes=after)
    return await desk.do(lambda unit: wait_for_place(unit, command, POLICY), now)


async def cancel(desk: Desk, visit: str = "visit-1"):
    command = CancelAppointment("SH001", visit, ChangeReason.OTHER)
    await desk.do(lambda unit: cancel_appointment(unit, command, POLICY), AN_HOUR_LATER)


async def states(desk: Desk, *visits: str) -> list[WaitingState]:
    unit = memory_unit(store=desk.store)
    return [(await unit.get(WAITING, visit)).state for visit in visits]


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
    (told,) = [event for event in desk.store.announced_events() if isinstance(event, PlaceOffered)]
    assert (told.arrival, told.expires_at) == (at("09:00"), held.expires_at)


async def test_the_offered_place_is_taken_with_what_was_written_down_before():
    """B16, B14: the source is kept."""
    desk = await a_full_day()
    await waits(desk, "first")
    await cancel(desk)
    assert (await desk.do(lambda unit: accept_place(unit, "first"), AN_HOUR_LATER)).state is State.CONFIRMED
    told = [event for event in desk.store.announced_events() if isinstance(event, AppointmentConfirmed)][-1]
    assert told.source == "CARD"
    assert await states(desk, "first") == [WaitingState.BOOKED]


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
