"""Reception slots in the dealer's own time (B2, B19)."""

from datetime import date, time, timedelta

import pytest
from booking.domain.slots import slots_on
from booking_builders import BERLIN, SHANGHAI, THE_DAY, a_dealer, at
from contracts.headquarters import OpeningHours
from hypothesis import given, settings
from hypothesis import strategies as st

NIGHT = tuple(OpeningHours(weekday=d, opens=time(1), closes=time(4)) for d in range(7))


def walls(day: date, opening=NIGHT, minutes: int = 30) -> list[str]:
    return [slot.astimezone(BERLIN).strftime("%H:%M%z") for slot in slots_on(day, opening, minutes, BERLIN)]


def test_a_day_has_slots_of_the_dealers_length_from_opening_to_closing():
    """B2: 15 minutes by default."""
    slots = a_dealer().slots_on(THE_DAY)
    assert (len(slots), slots[0], slots[-1]) == (40, at("08:00"), at("17:45"))


def test_a_closed_weekday_has_no_slots():
    assert a_dealer().slots_on(date(2025, 6, 22)) == ()


def test_a_slot_that_would_end_after_closing_is_none():
    hours = (OpeningHours(weekday=0, opens=time(8), closes=time(9)),)
    assert len(slots_on(THE_DAY, hours, 25, SHANGHAI)) == 2


def test_a_lunch_break_has_no_slots():
    hours = (
        OpeningHours(weekday=0, opens=time(8), closes=time(9)),
        OpeningHours(weekday=0, opens=time(13), closes=time(14)),
    )
    assert [s.astimezone(SHANGHAI).hour for s in slots_on(THE_DAY, hours, 30, SHANGHAI)] == [8, 8, 13, 13]


def test_closing_at_midnight_means_the_end_of_the_day():
    hours = (OpeningHours(weekday=0, opens=time(23), closes=time(0)),)
    assert len(slots_on(THE_DAY, hours, 30, SHANGHAI)) == 2


def test_wall_times_that_summer_time_skips_are_no_slots():
    """B19: on 2025-03-30 the clock in Berlin goes from 02:00 to 03:00."""
    assert walls(date(2025, 3, 30)) == ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]


def test_wall_times_that_come_twice_are_two_slots():
    """B19: on 2025-10-26 the clock in Berlin goes from 03:00 back to 02:00."""
    twice = ["02:00+0200", "02:30+0200", "02:00+0100", "02:30+0100"]
    assert walls(date(2025, 10, 26)) == ["01:00+0200", "01:30+0200", *twice, "03:00+0100", "03:30+0100"]


@pytest.mark.parametrize(("day", "utc_hour"), [(date(2025, 3, 29), 7), (date(2025, 3, 31), 6)])
def test_the_same_wall_time_is_another_instant_after_the_change(day, utc_hour):
    """B19: eight o'clock in Berlin."""
    dealer = a_dealer(zone="Europe/Berlin")
    assert dealer.slots_on(day)[0].hour == utc_hour


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.sampled_from([5, 10, 15, 20, 30, 60]))
def test_slots_are_in_order_and_each_one_stands_on_the_dealers_clock(day, minutes):
    """B19, for every day of four years: order, no slot twice, every slot inside the opening hours."""
    slots = slots_on(day, NIGHT, minutes, BERLIN)
    assert list(slots) == sorted(set(slots))
    for slot in slots:
        wall = slot.astimezone(BERLIN)
        assert wall.date() == day
        assert time(1) <= wall.time() and wall.replace(tzinfo=None) + timedelta(minutes=minutes) <= wall.replace(
            tzinfo=None, hour=4, minute=0
        )
