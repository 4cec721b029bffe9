"""The dealer day: slots and hours are taken here and nowhere else (B1, B2, B15)."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from booking.domain.capacity import CapacityPlan, ClassBays
from booking.domain.dealer_day import DealerDay
from booking.domain.errors import (
    AdvisorNotOnDuty,
    AdvisorTaken,
    BayTaken,
    DayNotPlanned,
    HoldIsOver,
    HoursTaken,
    HoursTakenTwice,
    NotASlot,
    SlotInThePast,
    SlotTaken,
    TechnicianNotOnDuty,
)
from booking.domain.taking import TakenHours
from booking_builders import (
    GR,
    PM,
    THE_DAY_BEFORE,
    a_day,
    a_dealer,
    a_plan,
    a_wish,
    at,
    class_hours,
    hours,
)

DEALER = a_dealer()
NOW = THE_DAY_BEFORE


def bookable(day: DealerDay, work_class=PM):
    return day.at(NOW).balance(work_class).bookable


def test_taking_hours_announces_the_class_that_moved_and_no_other():
    """B1: CapacityChanged."""
    (moved,) = a_day().take(a_wish(work=2), DEALER, NOW)
    assert (moved.work_class, moved.assigned, moved.bookable) == (PM, hours(2), hours(14))


def test_a_confirmed_hold_moves_no_hours_and_announces_nothing():
    day = a_day()
    day.take(a_wish(), DEALER, NOW, NOW + timedelta(minutes=15))
    assert day.confirm("visit-1", NOW) == []
    assert day.at(NOW + timedelta(days=1)).balance(PM).assigned == hours(1)


def test_a_slot_takes_as_many_arrivals_as_there_are_advisors():
    """B2: three advisors, three arrivals, each with an advisor of his own."""
    day = a_day()
    for n in range(3):
        day.take(a_wish(visit=f"v{n}"), DEALER, NOW)
    assert {taking.advisor for taking in day.takings} == {"wang", "li", "zhao"}
    with pytest.raises(SlotTaken):
        day.take(a_wish(visit="v4"), DEALER, NOW)


def test_the_day_may_name_its_own_advisors():
    """B2: on a day when two are on leave."""
    day = a_day(a_plan(advisors=("zhao",)))
    day.take(a_wish(visit="v1"), DEALER, NOW)
    with pytest.raises(SlotTaken):
        day.take(a_wish(visit="v2"), DEALER, NOW)


def test_the_last_hours_can_be_taken_to_the_minute_and_no_further():
    """B1."""
    day = a_day(a_plan(pm=2, gr=0))
    day.take(a_wish("09:00", 2), DEALER, NOW)
    assert bookable(day) == hours(0)
    with pytest.raises(HoursTaken):
        day.take(a_wish("10:00", 0.25, visit="v2"), DEALER, NOW)


def test_hours_of_one_class_do_not_serve_another():
    """B1: skills decide which classes hours count for."""
    with pytest.raises(HoursTaken):
        a_day(a_plan(pm=2, gr=8)).take(a_wish(work=3), DEALER, NOW)


def test_free_bays_limit_as_well_as_hours():
    """B1: one bay is busy from 09:00 to 11:00."""
    day = a_day(a_plan(bays=(ClassBays(PM, 1),)))
    day.take(a_wish("09:00", 2), DEALER, NOW)
    for busy in ("08:30", "09:00", "10:45"):
        with pytest.raises(BayTaken):
            day.take(a_wish(busy, 1, visit="v2"), DEALER, NOW)
    day.take(a_wish("08:00", 1, visit="before"), DEALER, NOW)
    day.take(a_wish("11:00", 1, visit="after"), DEALER, NOW)
    day.take(a_wish("09:00", 1, GR, visit="another class"), DEALER, NOW)


def test_a_visit_takes_once():
    """B1: each visit once."""
    day = a_day()
    day.take(a_wish(), DEALER, NOW)
    with pytest.raises(HoursTakenTwice):
        day.take(a_wish("10:00"), DEALER, NOW)


def test_a_day_without_a_plan_cannot_be_booked():
    with pytest.raises(DayNotPlanned):
        a_day(CapacityPlan()).take(a_wish(), DEALER, NOW)


@pytest.mark.parametrize("clock", ["09:05", "07:45", "18:00"])
def test_an_arrival_is_the_start_of_a_slot(clock):
    """B2."""
    with pytest.raises(NotASlot):
        a_day().take(a_wish(clock), DEALER, NOW)


def test_a_slot_that_has_begun_is_over():
    with pytest.raises(SlotInThePast):
        a_day().take(a_wish("09:00"), DEALER, at("09:01"))


def test_a_wished_advisor_receives_if_free():
    day = a_day()
    day.take(a_wish(advisor="zhao"), DEALER, NOW)
    assert day.advisor_of("visit-1") == "zhao"
    with pytest.raises(AdvisorTaken):
        day.take(a_wish(visit="v2", advisor="zhao"), DEALER, NOW)
    with pytest.raises(AdvisorNotOnDuty):
        day.take(a_wish(visit="v2", advisor="nobody"), DEALER, NOW)


def test_a_wished_technician_needs_hours_of_his_own():
    """B1, B4: T1 and T2 have 8 PM hours each."""
    day = a_day()
    day.take(a_wish("09:00", 6, technician="T1"), DEALER, NOW)
    with pytest.raises(HoursTaken):
        day.take(a_wish("10:00", 3, visit="v2", technician="T1"), DEALER, NOW)
    day.take(a_wish("10:00", 3, visit="v2", technician="T2"), DEALER, NOW)


@pytest.mark.parametrize("name", ["T3", "nobody"])
def test_a_wished_technician_must_have_the_class(name):
    with pytest.raises(TechnicianNotOnDuty):
        a_day().take(a_wish(technician=name), DEALER, NOW)


def test_a_hold_that_is_over_cannot_be_confirmed():
    """B15."""
    day, until = a_day(), NOW + timedelta(minutes=15)
    day.take(a_wish(), DEALER, NOW, until)
    with pytest.raises(HoldIsOver):
        day.confirm("visit-1", until)


def test_a_slot_whose_hold_is_over_goes_to_the_next():
    """B15: at the very moment, whether or not the timer has fired."""
    day, until = a_day(a_plan(advisors=("wang",))), NOW + timedelta(minutes=15)
    day.take(a_wish(visit="v1"), DEALER, NOW, until)
    day.take(a_wish(visit="v2"), DEALER, until)
    assert [taking.visit_id for taking in day.takings] == ["v2"]


def test_released_hours_are_free_once():
    """B11: releasing twice gives nothing more."""
    day = a_day()
    day.take(a_wish(work=2), DEALER, NOW)
    assert len(day.release("visit-1", NOW)) == 1
    assert day.release("visit-1", NOW) == []
    assert bookable(day) == hours(16)


def test_unbooked_work_takes_hours_by_class_and_each_line_once():
    """B1: authorised unbooked work, each visit once; a supplement adds to it."""
    day = a_day()
    lines = [TakenHours("L1", PM, hours(1)), TakenHours("L2", GR, hours(2))]
    day.take_unbooked("walk-in", lines, at("11:00"), NOW)
    day.take_unbooked("walk-in", lines, at("11:00"), NOW)
    day.take_unbooked("walk-in", [TakenHours("L3", GR, hours(0.5))], at("14:00"), NOW)
    assert (bookable(day, PM), bookable(day, GR)) == (hours(15), hours(29.5))
    assert len(day.takings) == 1


def test_unbooked_work_takes_no_reception_slot():
    """B2: the vehicle has been received already."""
    day = a_day(a_plan(advisors=("wang",)))
    day.take_unbooked("walk-in", [TakenHours("L1", PM, hours(1))], at("09:00"), NOW)
    day.take(a_wish("09:00"), DEALER, NOW)


def test_a_late_carry_over_overloads_the_day_and_cancels_nothing():
    """B1, W8."""
    day = a_day(a_plan(pm=4, gr=0))
    day.take(a_wish(work=3), DEALER, NOW)
    (moved,) = day.reserve_carry_over("kept", (class_hours(PM, 2),), NOW)
    assert moved.bookable == hours(-1)
    assert day.at(NOW).balance(PM).overloaded
    assert day.taking_of("visit-1") is not None
    with pytest.raises(HoursTaken):
        day.take(a_wish("10:00", 0.25, visit="v2"), DEALER, NOW)


def test_a_carry_over_told_again_counts_once_with_its_newest_hours():
    """W8."""
    day = a_day()
    day.reserve_carry_over("kept", (class_hours(PM, 2),), NOW)
    assert day.reserve_carry_over("kept", (class_hours(PM, 2),), NOW) == []
    day.reserve_carry_over("kept", (class_hours(PM, 3),), NOW)
    assert bookable(day) == hours(13)


def test_a_smaller_plan_overloads_the_day_and_cancels_nothing():
    """B1."""
    day = a_day()
    day.take(a_wish(work=6), DEALER, NOW)
    day.replan(a_plan(pm=4, gr=0), NOW)
    assert bookable(day) == hours(-2)
    assert day.taking_of("visit-1") is not None


def test_what_is_refused_changes_nothing_not_even_a_hold_that_ran_out():
    """B1, B15: who forgot it without saving would no longer know that its hours have to be announced as free."""
    day, later = a_day(), NOW + timedelta(minutes=20)
    day.take(a_wish(), DEALER, NOW, NOW + timedelta(minutes=15))
    before = deepcopy(day)
    with pytest.raises(HoursTaken):
        day.take(a_wish(work=99, visit="another"), DEALER, later)
    with pytest.raises(HoldIsOver):
        day.confirm("visit-1", later)
    assert day == before


def test_a_withdrawn_no_show_takes_its_hours_back_once():
    """B10."""
    day = a_day(a_plan(pm=1, gr=0))
    wish = a_wish(advisor="wang")
    day.take_back(wish, NOW)
    assert day.take_back(wish, NOW) == []
    assert bookable(day) == hours(0)


def test_a_withdrawn_no_show_may_overload_a_day_that_was_filled_meanwhile():
    """B10, B1."""
    day = a_day(a_plan(pm=1, gr=0, advisors=("wang",)))
    day.take(a_wish(visit="v2"), DEALER, NOW)
    day.take_back(a_wish(advisor="wang"), NOW)
    assert bookable(day) == hours(-1)
    assert day.at(NOW).free_advisors(DEALER, at("09:00")) == []


def test_a_day_with_its_own_plan_does_not_follow_the_calendar():
    """B1."""
    day = a_day()
    day.follow(a_plan(pm=1))
    assert bookable(day) == hours(16)


def test_a_day_of_the_calendar_announces_the_new_hours_with_its_next_change():
    """B1."""
    day = DealerDay("SH001", date(2025, 6, 23))
    day.follow(a_plan(pm=8, gr=0))
    assert day.take(a_wish(), DEALER, NOW)[0].available == hours(8)
    day.follow(a_plan(pm=9, gr=0))
    assert day.take(a_wish("10:00", visit="v2"), DEALER, NOW)[0].available == hours(9)
