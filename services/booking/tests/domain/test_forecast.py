"""The forecast and its back-test; the learned reserve (B13, B20)."""

from datetime import date, timedelta

from booking.domain.arrival import Arrival, FoundWork
from booking.domain.figures import learned_reserve
from booking.domain.forecast import BackTest, back_test, expected
from booking_builders import GR, PM, at, hours

TODAY = date(2025, 6, 23)
A_WEEK = timedelta(days=7)


def test_a_day_is_expected_to_have_the_mean_of_the_last_eight_same_weekdays():
    """B13: the ninth week back does not count."""
    history = {TODAY - A_WEEK * n: bookings for n, bookings in enumerate([2, 4, 2, 4, 2, 4, 2, 4, 1_000], start=1)}
    assert expected(TODAY, history, TODAY) == 3


def test_days_that_were_not_worked_do_not_count():
    """B13: a holiday is no day without bookings."""
    assert expected(TODAY, {TODAY - A_WEEK * 2: 6}, TODAY) == 6
    assert expected(TODAY, {TODAY - timedelta(days=1): 6}, TODAY) is None


def test_what_was_not_known_then_is_not_used():
    """B13: a forecast three weeks ahead knows nothing of the weeks between."""
    history = {TODAY - A_WEEK * n: n for n in range(1, 9)}
    assert expected(TODAY + A_WEEK * 2, history, TODAY) == expected(TODAY, history, TODAY)


def test_the_back_test_says_how_far_off_it_was_beside_as_many_as_last_week():
    """B13: bookings that alternate are met by the mean and missed by last week's figure."""
    history = {TODAY - A_WEEK * n: 2 if n % 2 else 4 for n in range(1, 13)}
    told = back_test(history, TODAY)
    assert told.days == 11
    assert told.error is not None and told.error_of_last_week == 2
    assert told.error < told.error_of_last_week


def test_without_a_past_there_is_nothing_to_try():
    assert back_test({}, TODAY) == BackTest(0, None, None)


def an_arrival(number: int, found: float = 0.0, booked: bool = True) -> Arrival:
    work = [FoundWork("S1", PM, hours(found))] if found else []
    return Arrival(f"v{number}", "SH001", TODAY, at("09:00"), 9, booked, PM, hours(2), work)


def test_the_reserve_is_the_share_that_was_found_later_of_a_full_day():
    """B20: 20 visits of 2 h, half of them with 1 h more: 25 % more, so 8 of 40 hours are kept free."""
    arrivals = [an_arrival(n, found=1.0 if n % 2 else 0.0) for n in range(20)]
    learned = learned_reserve(arrivals, PM, available=40 * 60, fewest=20)
    assert (learned.share, learned.reserve) == (0.25, 8 * 60)


def test_from_few_visits_and_from_walk_ins_nothing_is_learned():
    """B20."""
    few = [an_arrival(n, found=1.0) for n in range(19)]
    assert learned_reserve(few, PM, 2_400, fewest=20).reserve is None
    walk_ins = [an_arrival(n, found=1.0, booked=False) for n in range(50)]
    assert learned_reserve(walk_ins, PM, 2_400, fewest=20).found == 0


def test_work_of_another_class_that_was_found_counts_for_that_class():
    """B20."""
    arrivals = [an_arrival(n) for n in range(20)]
    arrivals[0].find(FoundWork("S1", GR, hours(3)))
    assert learned_reserve(arrivals, GR, 2_400, fewest=20).found == 180
    assert learned_reserve(arrivals, PM, 2_400, fewest=20).share == 0
