"""What other services' facts do to booking (B1, B10, H1, R1, W8)."""

from datetime import date, timedelta

import pytest
from booking.consumers import headquarters, reception, workshop
from booking.domain.appointment import State
from booking.storage.documents import DEALERS
from booking.storage.reach import dealers_in
from booking.usecases.due import miss_appointment
from booking_builders import (
    GR,
    PM,
    THE_DAY,
    THE_DAY_BEFORE,
    a_delivery,
    a_line,
    a_plan,
    a_registration,
    a_wish,
    an_arrival,
    an_authorisation,
    at,
    class_hours,
    hours,
)
from booking_journeys import POLICY, Desk
from chassis.facts import NotYet
from chassis.testing import a_fact, memory_unit
from contracts.headquarters import DealerChanged
from contracts.reception import LinesWithdrawn
from contracts.values import Money
from contracts.workshop import JobCarriedOver

HANDLERS = {**headquarters.HANDLERS, **reception.HANDLERS, **workshop.HANDLERS}


async def hear(desk: Desk, event, visit: str | None = "visit-1", when=None, now=None):
    """The fact as it comes from Kafka."""
    when = when or THE_DAY_BEFORE
    fact = a_fact(event, visit_id=visit, at=when)
    await desk.do(lambda unit: HANDLERS[type(event)](unit, fact), now or when)


def a_carry_over(*remaining, to_day: date = THE_DAY, from_day: date = date(2025, 6, 20)) -> JobCarriedOver:
    return JobCarriedOver(from_day=from_day, to_day=to_day, remaining=remaining, reason="PARTS")


def a_withdrawal(*lines: str) -> LinesWithdrawn:
    left = Money(amount=0, currency="CNY")
    return LinesWithdrawn(lines=lines, reason="PARTS_NOT_AWAITED", authorised_total=left)


async def a_missed_visit() -> Desk:
    desk = await Desk().opened()
    due = (await desk.book(a_wish(work=2))).missed_after
    await desk.do(lambda unit: miss_appointment(unit, "visit-1", due, POLICY), due)
    return desk


async def test_a_dealer_is_known_from_the_registration_on():
    """H1."""
    desk = Desk()
    await hear(desk, a_registration(), None)
    assert (await memory_unit(store=desk.store).get(DEALERS, "SH001")).zone == "Asia/Shanghai"


async def test_a_changed_registration_holds_from_then_on():
    """H1: the fact carries the whole registration."""
    desk = await Desk().opened()
    changed = {**a_registration(advisors=("solo",)).model_dump(), "effective_from": THE_DAY_BEFORE}
    await hear(desk, DealerChanged.model_validate(changed), None)
    assert (await memory_unit(store=desk.store).get(DEALERS, "SH001")).advisors == ("solo",)


async def test_an_area_manager_reaches_the_dealers_of_his_area():
    """X1: as headquarters told them last; other words reach nobody."""
    desk = await Desk().opened()
    unit = memory_unit(store=desk.store)
    assert await dealers_in(unit, "area", "Shanghai") == {"SH001"}
    assert await dealers_in(unit, "area", "Beijing") == await dealers_in(unit, "group", "") == set()
    changed = {**a_registration(area="Beijing", group="wu").model_dump(), "effective_from": THE_DAY_BEFORE}
    await hear(desk, DealerChanged.model_validate(changed), None)
    moved = memory_unit(store=desk.store)
    assert await dealers_in(moved, "area", "Shanghai") == await dealers_in(moved, "zone", "Asia/Shanghai") == set()
    assert await dealers_in(moved, "group", "wu") == {"SH001"}


async def test_a_vehicle_that_comes_in_time_has_arrived():
    """R1, B10."""
    desk = await Desk().opened()
    await desk.book()
    await hear(desk, an_arrival(), when=at("08:58"))
    appointment = await desk.appointment()
    assert (appointment.state, appointment.arrived_at) == (State.ARRIVED, at("08:58"))


async def test_late_news_of_an_arrival_in_time_reverse_the_no_show_and_take_the_hours_back_once():
    """B10: NoShowWithdrawn."""
    desk = await a_missed_visit()
    for _ in range(2):
        await hear(desk, an_arrival(), when=at("09:10"), now=at("11:00"))
    assert (await desk.appointment()).state is State.ARRIVED
    assert (await desk.balance()).assigned == hours(2)
    assert desk.told()[-2:] == ["AppointmentMissed", "NoShowWithdrawn"]


async def test_who_comes_after_the_grace_time_stays_a_no_show_and_takes_hours_when_work_is_authorised():
    """B10, B1: he is received like a walk-in."""
    desk = await a_missed_visit()
    await hear(desk, an_arrival(), when=at("11:00"))
    assert (await desk.balance()).assigned == hours(0)
    await hear(desk, an_authorisation(a_line(work_class=PM, work=1.5), booked=True), when=at("11:20"))
    assert (await desk.appointment()).state is State.NO_SHOW
    assert (await desk.balance()).assigned == hours(1.5)


async def test_a_late_arrival_that_is_known_before_the_timer_fires_is_a_no_show_all_the_same():
    """B10: the outcome does not depend on the order of news."""
    desk = await Desk().opened()
    await desk.book()
    await hear(desk, an_arrival(), when=at("09:31"))
    assert desk.told()[-1] == "AppointmentMissed"
    assert (await desk.balance()).assigned == hours(0)


async def test_a_walk_in_takes_no_hours_before_the_authorisation():
    """B1, R12."""
    desk = await Desk().opened()
    await hear(desk, an_arrival(booked=False), "walk-in", at("10:00"))
    assert (await desk.balance(GR)).assigned == hours(0)
    await hear(desk, an_authorisation(a_line(work=2)), "walk-in", at("10:30"))
    assert (await desk.balance(GR)).assigned == hours(2)


async def test_a_supplement_of_unbooked_work_adds_to_it_and_each_line_counts_once():
    """B1."""
    desk = await Desk().opened()
    await hear(desk, an_authorisation(a_line("L1", work=2)), "walk-in", at("10:30"))
    await hear(desk, an_authorisation(a_line("L2", work=1), supplement=True), "walk-in", at("13:00"))
    await hear(desk, an_authorisation(a_line("L2", work=1), supplement=True), "walk-in", at("13:00"))
    assert (await desk.balance(GR)).assigned == hours(3)


async def test_lines_that_the_customer_takes_back_give_their_hours_back():
    """B1, R9: by line, said again nothing more; the next one can have them."""
    desk = await Desk().opened()
    await hear(desk, an_authorisation(a_line("L1", work=3), a_line("L2", work=1)), "walk-in", at("09:00"))
    for _ in range(2):
        await hear(desk, a_withdrawal("L1"), "walk-in", at("09:30"))
    assert (await desk.balance(GR)).assigned == hours(1)
    assert desk.store.announced_events()[-1].assigned == hours(1)
    await hear(desk, a_withdrawal("L2"), "walk-in", at("09:45"))
    assert (await desk.day()).takings == []


async def test_an_appointment_keeps_its_hours_when_one_of_its_lines_is_withdrawn():
    """B1: its hours are one piece; nothing of other visits is touched."""
    desk = await Desk().opened()
    await desk.book(a_wish(work=2))
    await hear(desk, an_arrival(), when=at("09:00"))
    await hear(desk, an_authorisation(a_line("L1", work=3)), "walk-in", at("09:10"))
    await hear(desk, a_withdrawal("L1"), when=at("09:20"))
    assert ((await desk.balance()).assigned, (await desk.balance(GR)).assigned) == (hours(2), hours(3))


async def test_authorised_work_of_a_booked_visit_takes_no_hours_beside_its_appointment():
    """B1: each visit once."""
    desk = await Desk().opened()
    await desk.book(a_wish(work=2))
    await hear(desk, an_arrival(), when=at("09:00"))
    await hear(desk, an_authorisation(a_line(work_class=PM, work=2), booked=True), when=at("09:20"))
    assert (await desk.balance()).assigned == hours(2)


async def test_unbooked_work_belongs_to_the_dealers_own_day():
    """B19: half past midnight in Shanghai is still the day before in UTC."""
    desk = await Desk().opened()
    await hear(desk, an_authorisation(a_line(work=2)), "walk-in", at("00:30"))
    assert (await desk.balance(GR)).assigned == hours(2)


async def test_a_carry_over_reserves_hours_on_the_day_the_job_goes_on():
    """W8, B1."""
    desk = await Desk().opened()
    for _ in range(2):
        await hear(desk, a_carry_over(class_hours(GR, 3)), "kept")
    balance = await desk.balance(GR)
    assert (balance.carry_over_reserve, balance.bookable) == (hours(3), hours(29))


async def test_a_job_that_goes_on_another_day_than_was_told_reserves_hours_on_that_day_alone():
    """W8, B1: what was kept free for it is bookable again; the newest figure holds."""
    desk = await Desk().opened()
    thursday = THE_DAY + timedelta(days=3)
    await hear(desk, a_carry_over(class_hours(GR, 3)), "kept")
    await hear(desk, a_carry_over(class_hours(GR, 1)), "another")
    await hear(desk, a_carry_over(class_hours(GR, 2), to_day=thursday), "kept")
    assert (await desk.balance(GR)).carry_over_reserve == hours(1)
    assert (await desk.day(thursday)).at(THE_DAY_BEFORE).balance(GR).carry_over_reserve == hours(2)
    freed = [event for event in desk.store.announced_events() if getattr(event, "day", None) == THE_DAY]
    assert freed[-1].bookable == hours(31)


@pytest.mark.parametrize("heard", [at("19:00"), at("19:00", THE_DAY + timedelta(days=4))], ids=["at once", "late"])
async def test_a_second_night_leaves_the_day_between_as_it_was(heard):
    """B13, W8: Monday was carried over to whenever Monday's evening is heard of; only later days are free again."""
    desk = await Desk().opened()
    tuesday, thursday = THE_DAY + timedelta(days=1), THE_DAY + timedelta(days=3)
    await hear(desk, a_carry_over(class_hours(GR, 3)), "kept")
    await hear(desk, a_carry_over(class_hours(GR, 2), to_day=thursday, from_day=THE_DAY), "kept", at("12:00"), heard)
    await hear(desk, a_carry_over(class_hours(GR, 2), to_day=tuesday, from_day=THE_DAY), "kept", at("19:00"), heard)
    kept = [(await desk.day(day)).carry_overs for day in (THE_DAY, tuesday, thursday)]
    assert [[(one.hours, one.reason) for one in day] for day in kept] == [
        [((class_hours(GR, 3),), "PARTS")],
        [((class_hours(GR, 2),), "PARTS")],
        [],
    ]


@pytest.mark.parametrize("heard", [at("11:00"), at("19:00", THE_DAY + timedelta(days=4))], ids=["at once", "late"])
async def test_nothing_is_kept_free_any_more_for_a_vehicle_that_its_customer_has_again(heard):
    """W8, B1, B13: the coming day is bookable again; the day of the delivery, and other visits, stay as they were."""
    desk = await Desk().opened()
    tuesday = THE_DAY + timedelta(days=1)
    await hear(desk, a_carry_over(class_hours(GR, 3)), "kept")
    await hear(desk, a_carry_over(class_hours(GR, 6), to_day=tuesday, from_day=THE_DAY), "kept", at("09:00"))
    await hear(desk, a_carry_over(class_hours(GR, 1), to_day=tuesday, from_day=THE_DAY), "other", at("09:00"))
    await hear(desk, a_delivery(), "kept", at("11:00"), heard)
    kept = [(await desk.day(day)).at(at("11:00")).balance(GR).carry_over_reserve for day in (THE_DAY, tuesday)]
    assert kept == [hours(3), hours(1)]


async def test_a_late_carry_over_overloads_and_cancels_nothing():
    """B1."""
    desk = await Desk().opened(a_plan(pm=2, gr=0))
    await desk.book(a_wish(work=2))
    await hear(desk, a_carry_over(class_hours(PM, 1)), "kept")
    assert (await desk.balance()).overloaded
    assert (await desk.appointment()).state is State.CONFIRMED


async def test_a_carry_over_to_a_day_nobody_planned_makes_the_day_from_the_calendar():
    """W8, B1."""
    desk = await Desk().opened()
    to_day = THE_DAY + timedelta(days=1)
    await hear(desk, a_carry_over(class_hours(GR, 3), to_day=to_day), "kept")
    day = await desk.day(to_day)
    assert (day.own_plan, day.at(THE_DAY_BEFORE).balance(GR).bookable) == (False, hours(-3))


@pytest.mark.parametrize(
    "event",
    [an_authorisation(), a_withdrawal("L1"), a_carry_over(class_hours(GR, 1))],
    ids=["authorisation", "withdrawal", "carry-over"],
)
async def test_facts_of_a_dealer_that_is_not_registered_yet_wait_for_it(event):
    """H1."""
    with pytest.raises(NotYet):
        await hear(Desk(), event)


async def test_the_arrival_of_a_booked_visit_waits_for_its_appointment():
    with pytest.raises(NotYet):
        await hear(await Desk().opened(), an_arrival(booked=True), "unknown")


async def test_the_arrival_of_a_walk_in_changes_nothing():
    desk = await Desk().opened()
    before = len(desk.store.events)
    await hear(desk, an_arrival(booked=False), "walk-in")
    assert len(desk.store.events) == before
