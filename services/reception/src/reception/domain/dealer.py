"""What reception knows of a dealer, as headquarters registered it (H1) and booking's calendar opens it (B1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Literal
from zoneinfo import ZoneInfo

from contracts.headquarters import OpeningHours

from reception.domain.errors import DealerNeverOpen

Language = Literal["zh", "en"]
_HORIZON_DAYS = 400


@dataclass
class Dealer:
    """A dealer: its zone, money, and opening hours."""

    dealer_id: str
    name: str
    name_zh: str
    zone: str
    currency: str
    opening_hours: tuple[OpeningHours, ...]
    advisors: tuple[str, ...]
    planned: dict[date, tuple[OpeningHours, ...]] = field(default_factory=dict)
    """Days that are not opened as their weekday is: holidays, made-up working days, the dealer's own word (B1)."""

    @property
    def market(self) -> str:
        """ISO 3166 country of the dealer's zone; empty where the zone belongs to no single country."""
        return _countries().get(self.zone, "")

    @property
    def language(self) -> Language:
        """The language of texts that a customer sees (X4)."""
        return "zh" if self.zone.startswith("Asia/") else "en"

    def day_of(self, instant: datetime) -> date:
        """The dealer's calendar day (B19)."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        """When a day begins at the dealer's place, in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def after_open_minutes(self, start: datetime, minutes: int) -> datetime:
        """The instant at which ``minutes`` of opening time have passed since ``start`` (R11), in UTC.

        Time is counted in UTC, so a change to daylight saving neither gives nor takes an hour of work.
        """
        left = timedelta(minutes=minutes)
        for opens, closes in self._windows(start):
            begin = max(opens, start)
            if closes - begin >= left:
                return begin + left
            left -= max(closes - begin, timedelta())
        raise DealerNeverOpen

    def open_minutes(self, day: date, since: datetime | None = None) -> int:
        """How long the dealer is open on a calendar day; ``since``: from that instant of the day on.

        A minute that has begun counts whole.
        """
        start = max(self.midnight(day), since or self.midnight(day))
        windows = self._windows(start, days=1)
        return sum(ceil((closes - max(opens, start)) / timedelta(minutes=1)) for opens, closes in windows)

    def _windows(self, start: datetime, days: int = _HORIZON_DAYS) -> Iterator[tuple[datetime, datetime]]:
        zone, first = ZoneInfo(self.zone), self.day_of(start)
        for offset in range(days):
            day = first + timedelta(days=offset)
            for hours in sorted(self._opening_on(day), key=lambda hours: hours.opens):
                opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
                closes = datetime.combine(day, hours.closes, zone).astimezone(UTC)
                if max(opens, start) < closes:
                    yield opens, closes

    def _opening_on(self, day: date) -> tuple[OpeningHours, ...]:
        usual = tuple(hours for hours in self.opening_hours if hours.weekday == day.weekday())
        return self.planned.get(day, usual)


@cache
def _countries() -> dict[str, str]:
    """IANA's own table zone -> country, part of the time-zone data."""
    rows = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines()
    return {cells[2]: cells[0] for row in rows if not row.startswith("#") for cells in [row.split("\t")]}
