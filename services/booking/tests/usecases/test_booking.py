"""Holding, confirming, moving and cancelling, on the memory store (B2-B4, B6, B11, B15)."""

from datetime import date, timedelta

import pytest
from booking.domain.appointment import State
from booking.domain.calendar import WeekdayPlan
from booking.domain.capacity import CapacityPlan, TechnicianPlan
from booking.domain.details import ChangeReason, NoShowReason
from booking.domain.errors import DealerUnknown, HoldIsOver, HoursTaken, RangeTooWide, SlotTaken, TooFarAhead
from booking.storage.documents import DAYS
from booking.usecases.cancel_appointment import CancelAppointment, cancel_appointment
from booking.usecases.change_calendar import PlanWeek, change_calendar
from booking.usecases.due import expire_hold, miss_appointment, remind_customer
from booking.usecases.hold_appointment import HoldAppointment, refuse_late_comers
from booking.usecases.offer_slots import OfferSlots, next_best, offer_slots
from booking.usecases.plan_capacity import PlanDay, plan_day
from booking.usecases.record_no_show_reason import RecordNoShowReason, record_no_show_reason
from booking.usecases.reschedule_appointment import RescheduleAppointment, reschedule_appointment
from booking_builders import PM, THE_DAY, THE_DAY_BEFORE, a_plan, a_wish, at, class_hours, hours
from booking_journeys import POLICY, Desk
from chassis.testing import memory_unit
from chassis.unit import Unknown
from contracts.booking import AppointmentConfirmed, CapacityChanged
from contracts.values import Channel, Money, WorkClass

NEXT_DAY = date(2025, 6, 24)


async def move(desk: Desk, wish, now=THE_DAY_BEFORE):
    command = RescheduleAppointment("SH001", wish, ChangeReason.NO_TIME)
    return await desk.do(lambda unit: reschedule_appointment(unit, command, POLICY), now)


async def offers_after(desk: Desk, refused, wish):
    unit = memory_unit(store=desk.store, now=THE_DAY_BEFORE)
    return (await next_best(unit, "SH001", wish, refused, POLICY)).details["offers"]


async def test_a_hold_takes_slot_and_hours_and_tells_so():
    """B15, B1: appointment and dealer day are written together."""
    desk = await Desk().opened()
    held = await desk.hold(a_wish(work=2))
    assert (held.state, held.expires_at) == (State.RESERVED, THE_DAY_BEFORE + timedelta(minutes=15))
    assert (await desk.balance()).bookable == hours(14)
    assert desk.told() == ["AppointmentHeld"]


async def test_whoever_answers_first_owns_the_case():
    """B3."""
    desk = await Desk().opened()
    assert (await desk.hold()).owner == "advisor:anna"


async def test_personal_values_are_sealed_before_anything_is_kept():
    """B4, C15: neither the store nor a fact holds a name, a phone or the customer's own words."""
    desk = await Desk().opened()
    await desk.book(concern="It pulls to the left")
    kept = repr(desk.store.documents) + "".join(fact.event.model_dump_json() for fact in desk.store.events)
    for personal in ("Jones", "138 0013 8000", "pulls to the left"):
        assert personal not in kept


async def test_a_confirmation_tells_price_and_delivery_time():
    """B6: rounded up, with an uplift; the delivery is to be confirmed on arrival."""
    desk = await Desk().opened()
    await desk.book(list_price=Money(amount=68_010, currency="CNY"), uplift_percent=5)
    told = desk.store.announced_events()[-1]
    assert isinstance(told, AppointmentConfirmed)
    assert (told.estimated_price, told.delivery_estimate) == (Money(amount=71_500, currency="CNY"), None)


@pytest.mark.parametrize(("clock", "told"), [("10:00", at("12:00")), ("12:00", None), ("15:00", None)])
async def test_after_a_move_a_delivery_before_the_arrival_is_to_be_confirmed(clock, told):
    """B6, B11."""
    desk = await Desk().opened()
    await desk.book(delivery_estimate=at("12:00"))
    await move(desk, a_wish(clock))
    details = (await desk.appointment()).details
    assert details is not None and details.delivery_estimate == told


async def test_who_comes_too_late_for_a_slot_gets_the_next_best_offers():
    """B2: the same day's neighbours first, as the dealer's clock shows them."""
    desk = await Desk().opened(a_plan(advisors=("wang",)))
    await desk.hold(a_wish("09:00"))
    with pytest.raises(SlotTaken) as refused:
        await desk.hold(a_wish("09:00", visit="visit-2"))
    offers = await offers_after(desk, refused.value, a_wish("09:00", visit="visit-2"))
    assert len(offers) == POLICY.next_best
    assert {offers[0]["local"], offers[1]["local"]} == {"2025-06-23T08:45+08:00", "2025-06-23T09:15+08:00"}


async def test_who_comes_too_late_for_the_last_hours_is_offered_the_next_days():
    """B2."""
    desk = await Desk().opened(a_plan(pm=1, gr=0))
    await desk.do(lambda unit: plan_day(unit, PlanDay("SH001", NEXT_DAY, a_plan(pm=8))))
    await desk.hold(a_wish("09:00"))
    with pytest.raises(HoursTaken) as refused:
        await desk.hold(a_wish("10:00", visit="visit-2"))
    offers = await offers_after(desk, refused.value, a_wish("10:00", visit="visit-2"))
    assert {offer["local"][:10] for offer in offers} == {"2025-06-24"}


async def test_where_nothing_near_is_left_the_next_best_offers_lie_farther_away():
    """B2: nothing on the wished day and the two after it, as on a full Friday before a closed weekend."""
    desk = await Desk().opened(a_plan(pm=1, gr=0))
    later = THE_DAY + timedelta(days=7)
    await desk.do(lambda unit: plan_day(unit, PlanDay("SH001", later, a_plan(pm=8))))
    await desk.hold(a_wish("09:00"))
    with pytest.raises(HoursTaken) as refused:
        await desk.hold(a_wish("10:00", visit="visit-2"))
    offers = await offers_after(desk, refused.value, a_wish("10:00", visit="visit-2"))
    assert {offer["local"][:10] for offer in offers} == {later.isoformat()}


async def test_who_moves_high_voltage_work_is_offered_only_where_somebody_may_do_it():
    """B2, W14: the work keeps its needs, so the offers are for them too."""
    qualified = CapacityPlan(technicians=(TechnicianPlan("T1", (class_hours(PM, 8),), ("HIGH_VOLTAGE",)),))
    desk = await Desk().opened(qualified)
    the_day_after_next = THE_DAY + timedelta(days=2)
    for day, plan in ((NEXT_DAY, a_plan(advisors=("wang",))), (the_day_after_next, qualified)):
        await desk.do(lambda unit, day=day, plan=plan: plan_day(unit, PlanDay("SH001", day, plan)))
    await desk.book(a_wish(needs=("HIGH_VOLTAGE",)))
    await desk.book(a_wish(visit="visit-2", day=NEXT_DAY))
    wish = a_wish(day=NEXT_DAY)
    with pytest.raises(SlotTaken) as refused:
        await move(desk, wish)
    offers = await offers_after(desk, refused.value, wish)
    assert {offer["local"][:10] for offer in offers} == {the_day_after_next.isoformat()}


async def test_late_comers_are_answered_by_a_plain_read():
    """B2: without a write; but whoever repeats his own command passes."""
    desk = await Desk().opened(a_plan(pm=1, gr=0))
    mine = HoldAppointment("SH001", a_wish(), Channel.APP)
    look = memory_unit(store=desk.store, now=THE_DAY_BEFORE)
    assert await refuse_late_comers(look, mine) == "SH001:2025-06-23"
    await desk.hold()
    for wish, passes in ((a_wish(), True), (a_wish(visit="visit-2"), False)):
        look = memory_unit(store=desk.store, now=THE_DAY_BEFORE)
        command = HoldAppointment("SH001", wish, Channel.APP)
        if passes:
            await refuse_late_comers(look, command)
        else:
            with pytest.raises(HoursTaken):
                await refuse_late_comers(look, command)
        assert look.changes() == []


async def test_a_dealer_that_is_not_registered_cannot_be_booked():
    with pytest.raises(DealerUnknown):
        await Desk().hold()


async def test_bookings_reach_no_further_than_the_horizon():
    desk = await Desk().opened()
    with pytest.raises(TooFarAhead):
        await desk.hold(a_wish(day=date(2026, 6, 23)))


async def test_an_expired_hold_frees_slot_and_hours():
    """B15."""
    desk = await Desk().opened()
    due = (await desk.hold()).expires_at
    assert due is not None
    await desk.do(lambda unit: expire_hold(unit, "visit-1", due, POLICY), due)
    assert (await desk.appointment()).state is State.EXPIRED
    assert (await desk.balance()).bookable == hours(16)
    assert desk.told() == ["AppointmentHeld", "HoldExpired"]
    with pytest.raises(HoldIsOver):
        await desk.confirm(now=due)


async def test_a_slot_whose_hold_is_over_can_be_booked_before_the_timer_fires_and_the_timer_takes_nothing_away():
    """B15."""
    desk = await Desk().opened(a_plan(pm=1, gr=0))
    later = THE_DAY_BEFORE + timedelta(minutes=15)
    await desk.hold()
    await desk.hold(a_wish(visit="visit-2"), later)
    await desk.do(lambda unit: expire_hold(unit, "visit-1", later, POLICY), later)
    assert [taking.visit_id for taking in (await desk.day()).takings] == ["visit-2"]


async def test_a_customers_change_moves_the_hours_from_day_to_day_in_one_write():
    """B11."""
    desk = await Desk().opened()
    await desk.do(lambda unit: plan_day(unit, PlanDay("SH001", NEXT_DAY, a_plan(pm=8))))
    await desk.book(a_wish(work=2))
    moved = await move(desk, a_wish("10:00", 2, day=NEXT_DAY))
    assert (moved.day, moved.state, len(moved.history)) == (NEXT_DAY, State.CONFIRMED, 1)
    assert (await desk.balance()).assigned == hours(0)
    assert (await desk.day(NEXT_DAY)).at(THE_DAY_BEFORE).balance(WorkClass.PM).assigned == hours(2)
    assert desk.told()[-1] == "AppointmentRescheduled"


async def test_a_change_within_the_day_may_use_the_hours_it_gives_back():
    """B11."""
    desk = await Desk().opened(a_plan(pm=2, gr=0))
    await desk.book(a_wish("09:00", 2))
    await move(desk, a_wish("10:00", 2))
    assert (await desk.balance()).bookable == hours(0)


async def test_when_the_new_slot_cannot_be_had_the_old_one_stays():
    """B11, B2."""
    desk = await Desk().opened(a_plan(pm=2, gr=0, advisors=("wang",)))
    await desk.book(a_wish("09:00"))
    await desk.hold(a_wish("10:00", visit="visit-2"))
    with pytest.raises(SlotTaken) as refused:
        await move(desk, a_wish("10:00"))
    offers = await offers_after(desk, refused.value, a_wish("10:00"))
    assert offers, "his own hours are free for him"
    assert (await desk.appointment()).arrival == at("09:00")
    assert (await desk.balance()).assigned == hours(2)


async def test_a_cancellation_frees_slot_and_hours():
    """B11."""
    desk = await Desk().opened()
    await desk.book()
    command = CancelAppointment("SH001", "visit-1", ChangeReason.PRICE)
    await desk.do(lambda unit: cancel_appointment(unit, command, POLICY))
    assert (await desk.appointment()).state is State.CANCELLED
    assert (await desk.balance()).assigned == hours(0)


async def test_an_unknown_appointment_cannot_be_cancelled():
    desk = await Desk().opened()
    with pytest.raises(Unknown):
        await desk.do(
            lambda unit: cancel_appointment(unit, CancelAppointment("SH001", "x", ChangeReason.OTHER), POLICY)
        )


async def test_a_reminder_falls_due_once():
    """B9."""
    desk = await Desk().opened()
    due = (await desk.book()).reminder_at
    assert due is not None
    await desk.do(lambda unit: remind_customer(unit, "visit-1", due), due)
    assert desk.told()[-1] == "ReminderDue"
    assert (await desk.appointment()).reminder_at is None


async def test_a_no_show_frees_the_hours_and_keeps_the_reason():
    """B10."""
    desk = await Desk().opened()
    due = (await desk.book()).missed_after
    assert due is not None
    await desk.do(lambda unit: miss_appointment(unit, "visit-1", due, POLICY), due)
    await desk.do(lambda unit: record_no_show_reason(unit, RecordNoShowReason("visit-1", NoShowReason.ILL)), due)
    assert (await desk.balance()).assigned == hours(0)
    assert desk.told()[-2:] == ["AppointmentMissed", "NoShowReasonRecorded"]


async def test_a_day_without_its_own_plan_is_as_the_week_has_it():
    """B1: the calendar."""
    desk = await Desk().opened()
    monday = WeekdayPlan(1, a_plan(pm=4, gr=0))
    await desk.do(lambda unit: change_calendar(unit, PlanWeek("SH001", (monday,)), POLICY))
    await desk.hold(a_wish(day=NEXT_DAY, work=3))
    assert (await desk.day(NEXT_DAY)).at(THE_DAY_BEFORE).balance(WorkClass.PM).bookable == hours(1)
    fuller = PlanWeek("SH001", (WeekdayPlan(1, a_plan(pm=8, gr=0)),))
    await desk.do(lambda unit: change_calendar(unit, fuller, POLICY))
    await desk.hold(a_wish("10:00", 5, day=NEXT_DAY, visit="visit-2"))


async def test_capacity_changed_carries_the_dealer_day_as_its_key_and_a_sequence():
    """B1."""
    desk = await Desk().opened()
    await desk.book()
    facts = [fact for fact in desk.store.events if isinstance(fact.event, CapacityChanged)]
    assert {(fact.key, fact.visit_id) for fact in facts} == {("SH001:2025-06-23", None)}
    assert [fact.sequence for fact in facts] == [1, 2, 3]


async def test_offers_span_no_more_days_than_the_policy_allows():
    """B2: bounded."""
    desk = await Desk().opened()
    command = OfferSlots("SH001", a_wish(), THE_DAY, THE_DAY + timedelta(days=31), 10)
    with pytest.raises(RangeTooWide):
        await desk.do(lambda unit: offer_slots(unit, command, POLICY))


async def test_looking_for_offers_makes_no_document():
    """B2."""
    desk = await Desk().opened()
    command = OfferSlots("SH001", a_wish(), THE_DAY, THE_DAY + timedelta(days=3), 10)
    found = await desk.do(lambda unit: offer_slots(unit, command, POLICY))
    assert len(found) == 10
    assert len(desk.store.documents[DAYS.name]) == 1
