"""When maintenance is due: by time or by foreseen kilometres (B12)."""

from datetime import date, timedelta

import pytest
from booking.domain.due import (
    NextService,
    PostponedWork,
    Reading,
    ServicePlan,
    falls_on,
    first_postponed,
    km_a_day,
    next_service,
)

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


@pytest.mark.parametrize(
    ("named", "kilometres", "expected"),
    [
        (None, None, None),
        (after(90), None, after(90)),
        (None, 9_000, after(90)),
        (after(60), 9_000, after(60)),
        (after(200), 9_000, after(90)),
        (None, 4_000, after(50)),
    ],
    ids=["neither", "a day", "a mileage", "the day first", "the mileage first", "driven already"],
)
def test_work_that_was_put_off_is_due_on_its_day_or_at_its_mileage_whichever_comes_first(named, kilometres, expected):
    """R13, B12: 100 km a day."""
    readings = [Reading(DAY, 0), Reading(after(50), 5_000)]
    assert falls_on(PostponedWork("r1", "Brake pads", named, kilometres), readings, PLAN) == expected


def test_work_put_off_to_a_mileage_cannot_be_foreseen_without_any_reading():
    """R13, B12: a day that was named holds; of several the first counts."""
    works = [PostponedWork("r1", "Belt", None, 30_000), PostponedWork("r2", "Brake pads", after(9))]
    assert first_postponed(works[:1], [], PLAN) is None
    assert first_postponed(works, [], PLAN) == NextService(after(9), "POSTPONED", None)
