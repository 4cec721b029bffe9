"""Quiet hours on the dealer's clock (C4, B19)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from crm.domain.quiet_hours import QuietHours, next_at
from crm_builders import BERLIN, SHANGHAI
from hypothesis import given
from hypothesis import strategies as st

OVERNIGHT = QuietHours(time(20), time(9), BERLIN)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "quiet"), [("19:59", False), ("20:00", True), ("00:00", True), ("08:59", True), ("09:00", False)]
)
def test_quiet_hours_begin_at_their_start_and_are_over_at_their_end(clock: str, quiet: bool) -> None:
    """C4."""
    assert OVERNIGHT.holds_at(berlin(f"2025-06-23T{clock}")) is quiet


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2025-06-22T23:00", "2025-06-23T09:00"),
        ("2025-06-23T03:00", "2025-06-23T09:00"),
        ("2025-03-29T23:00", "2025-03-30T09:00"),
        ("2025-10-25T23:00", "2025-10-26T09:00"),
    ],
    ids=["evening", "small hours", "the night that lacks an hour", "the night that has one more"],
)
def test_quiet_hours_end_at_the_dealers_own_nine_o_clock(now: str, end: str) -> None:
    """C4, B19."""
    assert OVERNIGHT.end_after(berlin(now)) == berlin(end)


def test_an_end_that_the_clocks_skip_is_not_early() -> None:
    """B19: on 2025-03-30 there is no half past two in Berlin."""
    short = QuietHours(time(20), time(2, 30), BERLIN)
    end = short.end_after(berlin("2025-03-29T23:00"))
    assert end == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)
    assert not short.holds_at(end)


def test_an_end_that_comes_twice_is_the_next_one() -> None:
    """B19: on 2025-10-26 there are two half past two in Berlin."""
    first, second = datetime(2025, 10, 26, 0, 30, tzinfo=UTC), datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    assert next_at(time(2, 30), first - timedelta(hours=1), BERLIN) == first
    assert next_at(time(2, 30), first, BERLIN) == second


def test_equal_times_mean_no_quiet_hours() -> None:
    """C4."""
    assert not QuietHours(time(9), time(9), SHANGHAI).holds_at(berlin("2025-06-23T09:00"))


@given(
    st.integers(0, 3 * 365 * 24 * 60),
    st.times(),
    st.times(),
    st.sampled_from([SHANGHAI, BERLIN, "America/Havana", "Australia/Lord_Howe"]),
)
def test_quiet_hours_are_over_at_their_end_within_a_day(minutes: int, starts: time, ends: time, zone: str) -> None:
    """C4, B19."""
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    quiet = QuietHours(starts.replace(microsecond=0), ends.replace(microsecond=0), zone)
    if quiet.holds_at(now):
        end = quiet.end_after(now)
        assert now < end <= now + timedelta(hours=25)
        assert not quiet.holds_at(end)
