"""Public holidays, and the days off that are worked to make up for them (B1)."""

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from booking.domain.calendar import PublicDay

if TYPE_CHECKING:
    from holidays import HolidayBase

MONDAY = 0


def known_countries() -> frozenset[str]:
    """Two-letter codes of the countries whose calendars are known."""
    import holidays

    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)


def public_day(country: str, day: date) -> PublicDay | None:
    """What the country's calendar says of the day; None: an ordinary day. A made-up day is worked like a Monday."""
    if not country:
        return None
    known = _year(country, day.year)
    if day in known.weekend_workdays:
        return PublicDay("make-up working day", MONDAY)
    name = known.get(day)
    return PublicDay(name, None) if name else None


@lru_cache(maxsize=512)
def _year(country: str, year: int) -> "HolidayBase":
    import holidays  # a tenth of the start, and most dealers keep no public calendar

    return holidays.country_holidays(country, years=year, expand=False)
