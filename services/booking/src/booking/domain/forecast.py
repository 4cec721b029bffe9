"""How many bookings the coming days will have (B13): a simple method, stated, and tried on the past.

A day is expected to have the mean of the last eight same weekdays on which the dealer worked. The back-test forecasts
each of the last 28 worked days from what was known before it, and compares the mean error with that of the plainest
method there is: as many as a week before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 8
BACK_TEST_DAYS = 28
METHOD_TEXT = "mean of the last 8 same weekdays worked"
A_WEEK = timedelta(days=7)

History = Mapping[date, int]
"""Worked day -> bookings; a day that is not in it was not worked."""


@dataclass(frozen=True)
class Expected:
    """``bookings`` None: no same weekday was worked yet."""

    day: date
    bookings: float | None


@dataclass(frozen=True)
class BackTest:
    """Mean absolute error in bookings a day over ``days`` days; None where nothing could be compared."""

    days: int
    error: float | None
    error_of_last_week: float | None


def expected(day: date, history: History, known_until: date) -> float | None:
    """From worked days before ``known_until``."""
    same = [day - A_WEEK * n for n in range(1, 53)]
    seen = [history[one] for one in same if one in history and one < known_until][:WEEKS]
    return sum(seen) / len(seen) if seen else None


def forecast(days: Sequence[date], history: History, today: date) -> list[Expected]:
    """One figure for each day."""
    return [Expected(day, expected(day, history, today)) for day in days]


def back_test(history: History, today: date) -> BackTest:
    """On the newest worked days before today."""
    tried = sorted(day for day in history if day < today)[-BACK_TEST_DAYS:]
    pairs = [
        (history[day], expected(day, history, day), history[day - A_WEEK]) for day in tried if day - A_WEEK in history
    ]
    errors = [(abs(real - mean), abs(real - week)) for real, mean, week in pairs if mean is not None]
    if not errors:
        return BackTest(0, None, None)
    mine, plain = (sum(column) / len(errors) for column in zip(*errors, strict=True))
    return BackTest(len(errors), round(mine, 4), round(plain, 4))
