"""The calendar of an ordinary week (B1)."""

from datetime import date

import pytest
from booking.domain.capacity import CapacityPlan
from booking.domain.errors import PlanContradictory
from booking.domain.weekly_capacity import WeekdayPlan, WeeklyCapacity
from booking_builders import THE_DAY, a_plan


def test_a_day_is_planned_by_its_weekday():
    week = WeeklyCapacity("SH001")
    week.replan((WeekdayPlan(0, a_plan()),))
    assert week.plan_of(THE_DAY) == a_plan()


def test_a_weekday_that_is_not_in_the_calendar_has_no_hours():
    assert WeeklyCapacity("SH001").plan_of(date(2025, 6, 22)) == CapacityPlan()


def test_a_weekday_stands_in_the_calendar_once():
    with pytest.raises(PlanContradictory):
        WeeklyCapacity("SH001").replan((WeekdayPlan(0, a_plan()), WeekdayPlan(0, a_plan())))
