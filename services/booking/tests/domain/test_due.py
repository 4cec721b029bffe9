"""When maintenance is due: by time or by foreseen kilometres (B12)."""

from datetime import date, timedelta

import pytest
from booking.domain.due import NextService, Reading, ServicePlan, km_a_day, next_service

PLAN = ServicePlan(days=180, kilometres=10_000, usual_km_a_day=40)
DAY = date(2025, 1, 1)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([], 40),
        ([Reading(DAY, 1_000)], 40),
        ([Reading(DAY, 1_000), Reading(after(29), 9_000)], 40),
        ([Reading(DAY, 1_000), Reading(after(30), 4_000)], 100),
        ([Reading(DAY, 1_000), Reading(after(15), 9_000), Reading(after(100), 6_000)], 50),
        ([Reading(DAY, 50_000), Reading(after(100), 100)], 40),
    ],
    ids=["none", "one", "too close", "a month", "first and last count", "odometer changed"],
)
def test_the_way_a_day_is_a_straight_line_through_the_readings(readings, expected):
    """B12."""
    assert km_a_day(readings, PLAN) == expected


def test_who_drives_much_is_due_by_kilometres():
    """B12: 100 km a day, 10,000 km: a hundred days."""
    readings = [Reading(DAY, 0), Reading(after(50), 5_000)]
    assert next_service(after(50), readings, PLAN) == NextService(after(150), "MILEAGE", 15_000)


def test_who_drives_little_is_due_by_time():
    """B12: ten kilometres a day."""
    readings = [Reading(DAY, 0), Reading(after(100), 1_000)]
    assert next_service(after(100), readings, PLAN) == NextService(after(280), "TIME", 2_800)


def test_a_vehicle_that_stands_still_is_due_by_time():
    """B12: no division by nothing."""
    readings = [Reading(DAY, 5_000), Reading(after(100), 5_000)]
    assert next_service(after(100), readings, PLAN) == NextService(after(280), "TIME", 5_000)


def test_without_any_reading_only_the_time_is_known():
    assert next_service(DAY, [], PLAN) == NextService(after(180), "TIME", None)
