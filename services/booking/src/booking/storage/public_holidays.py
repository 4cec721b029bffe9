"""Public holidays, and the days off that are worked to make up for them (B1)."""

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from booking.domain.calendar import PublicDay

if TYPE_CHECKING:
    from holidays import HolidayBase

MONDAY = 0
MADE_UP_TEXT = "make-up working day"


def known_countries() -> frozenset[str]:
    """Two-letter codes of the countries whose calendars are known."""
    import holidays

    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)


def public_day(country: str, day: date, language: str = "en") -> PublicDay | None:
    """What the country's calendar says of the day; None: an ordinary day. A made-up day is worked like a Monday.

    A holiday's name is in the language where the country's calendar has it, else in English (X4).
    """
    if not country:
        return None
    known = _year(country, day.year, language)
    if day in known.weekend_workdays:
        return PublicDay(MADE_UP_TEXT, MONDAY)
    name = known.get(day)
    return PublicDay(name, None) if name else None


@lru_cache(maxsize=512)
def _year(country: str, year: int, language: str) -> "HolidayBase":
    import holidays  # a tenth of the start, and most dealers keep no public calendar

    written = holidays.country_holidays(country).supported_languages
    spoken = [one for wanted in (language, "en") for one in written if one.partition("_")[0] == wanted]
    # Without a language the names would follow the server's environment.
    return holidays.country_holidays(country, years=year, expand=False, language=spoken[0] if spoken else None)
