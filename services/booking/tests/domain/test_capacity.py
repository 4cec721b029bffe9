"""Technician hours by class and the formula of the day (B1)."""

from datetime import timedelta

import pytest
from booking.domain.capacity import CapacityPlan, ClassBays, share_out
from booking.domain.errors import PlanContradictory
from booking.domain.taking import CarryOver, TakenHours, Taking, TakingKind
from booking.domain.technician_load import technician_rows
from booking_builders import (
    GR,
    PM,
    THE_DAY_BEFORE,
    a_day,
    a_dealer,
    a_plan,
    a_technician,
    a_wish,
    at,
    class_hours,
    hours,
)
from contracts.values import WorkClass
from hypothesis import given, settings
from hypothesis import strategies as st

MIX = {PM: 70, GR: 30}


def ten_technicians():
    """The reference sheet: assigned hours 2, 2, 4, 6, 3.5 on its legible rows, the rest among the other five."""
    names = ["Sean", "Tim", "Dave", "John", "Kate", *(f"T{n}" for n in range(6, 11))]
    day = a_day(CapacityPlan(technicians=tuple(a_technician(name, gr=8) for name in names)))
    assigned = dict(zip(names, [2, 2, 4, 6, 3.5, 3, 3, 3, 3, 2.5], strict=True))
    day.takings = [
        Taking(name, TakingKind.APPOINTMENT, at("08:00"), (TakenHours("", GR, hours(work)),), technician=name)
        for name, work in assigned.items()
    ]
    kept = {"Sean": 2, "T6": 2, "T7": 2, "T8": 2, "T9": 2}
    day.carry_overs = [CarryOver(f"kept-{name}", (class_hours(GR, work),), name) for name, work in kept.items()]
    return day


def test_ten_technicians_with_32_hours_assigned_and_10_reserved_have_38_bookable():
    """B1: the reference sheet, 80 - 32 - 10 = 38."""
    balance = ten_technicians().at(THE_DAY_BEFORE).balance(GR)
    figures = [balance.available, balance.assigned, balance.carry_over_reserve, balance.bookable]
    assert [figure.hours for figure in figures] == [80, 32, 10, 38]


@pytest.mark.parametrize(("name", "free"), [("Sean", 4), ("Tim", 6), ("Dave", 4), ("John", 2), ("Kate", 4.5)])
def test_each_row_of_the_reference_sheet_is_hours_less_assigned_less_reserved(name, free):
    """B1: Sean 8 - 2 - (2 reserved) = 4, Tim 8 - 2 = 6, Dave 8 - 4 = 4, John 8 - 6 = 2, one more 8 - 3.5 = 4.5."""
    rows = {row.technician: row for row in technician_rows(ten_technicians(), THE_DAY_BEFORE)}
    assert rows[name].free / 60 == free


def test_the_walk_in_reserve_is_not_bookable():
    """B1."""
    day = a_day(a_plan(pm=16, walk_in_reserve=(class_hours(PM, 3),)))
    assert day.at(THE_DAY_BEFORE).balance(PM).bookable == hours(13)


def test_a_technician_with_both_skills_is_shared_out_seventy_to_thirty():
    """B1: the default mix."""
    assert share_out(hours(8), (PM, GR), MIX) == (class_hours(PM, 5.6), class_hours(GR, 2.4))


def test_classes_without_a_share_in_the_mix_are_shared_out_evenly():
    assert share_out(hours(8), (WorkClass.QUICK_SERVICE,), MIX) == (class_hours(WorkClass.QUICK_SERVICE, 8),)


@settings(deadline=None)
@given(
    st.integers(0, 24 * 60),
    st.lists(st.sampled_from([PM, GR, WorkClass.QUICK_SERVICE]), min_size=1, unique=True),
    st.dictionaries(st.sampled_from([PM, GR, WorkClass.QUICK_SERVICE]), st.integers(0, 100)),
)
def test_sharing_out_loses_and_makes_no_minute(minutes, classes, mix):
    """B1: hours always add up."""
    parts = share_out(hours(minutes / 60), classes, mix)
    assert sum(part.hours.minutes for part in parts) == minutes
    assert all(part.hours.minutes >= 0 for part in parts)


def test_a_technician_stands_in_a_plan_once():
    with pytest.raises(PlanContradictory):
        CapacityPlan(technicians=(a_technician("Sean", pm=8), a_technician("Sean", gr=8)))


def test_a_class_has_its_bays_once():
    with pytest.raises(PlanContradictory):
        CapacityPlan(bays=(ClassBays(PM, 1), ClassBays(PM, 2)))


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([PM, GR]), st.integers(15, 300)), max_size=20), st.integers(0, 600))
def test_the_technicians_rows_add_up_to_the_day(works, kept):
    """B8: whoever the hours are proposed for, available, assigned and reserved are the day's."""
    day = a_day()
    for n, (work_class, minutes) in enumerate(works):
        day.take_unbooked(f"v{n}", [TakenHours("L", work_class, hours(minutes / 60))], at("08:00"), THE_DAY_BEFORE)
    day.reserve_carry_over("kept", (class_hours(PM, kept / 60),), THE_DAY_BEFORE)
    rows = technician_rows(day, THE_DAY_BEFORE)
    balances = day.at(THE_DAY_BEFORE).balances()
    assert sum(row.available for row in rows) == sum(b.available.minutes for b in balances)
    assert sum(row.assigned for row in rows) == sum(b.assigned.minutes for b in balances)
    assert sum(row.reserved for row in rows) == sum(b.carry_over_reserve.minutes for b in balances)


def test_unnamed_hours_go_to_the_least_loaded_technician():
    """B8: level, and only where the class is known."""
    day = a_day()
    for n in range(4):
        day.take(a_wish("09:00", 2, visit=f"v{n}", day=day.day).at(at(f"1{n}:00")), a_dealer(), THE_DAY_BEFORE)
    rows = {row.technician: row.assigned for row in technician_rows(day, THE_DAY_BEFORE)}
    assert rows["T1"] == rows["T2"] == 240
    assert rows["T3"] == 0


def test_hours_for_which_nobody_is_there_stand_in_a_row_of_their_own():
    day = a_day(a_plan(pm=2, gr=0))
    day.reserve_carry_over("kept", (class_hours(PM, 3),), THE_DAY_BEFORE)
    assert [(row.technician, row.free) for row in technician_rows(day, THE_DAY_BEFORE)] == [("T1", 0), (None, -60)]


def test_a_hold_that_is_over_takes_nothing_even_before_its_timer_fires():
    """B15: it never blocks capacity afterwards."""
    day, until = a_day(), THE_DAY_BEFORE + timedelta(minutes=15)
    day.take(a_wish(work=2), a_dealer(), THE_DAY_BEFORE, until)
    assert day.at(THE_DAY_BEFORE).balance(PM).bookable == hours(14)
    assert day.at(until).balance(PM).bookable == hours(16)
