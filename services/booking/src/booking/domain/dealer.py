"""A dealer as booking knows it, from headquarters' facts (H1)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from contracts.headquarters import OpeningHours
from contracts.values import StaffId

from booking.domain.slots import slots_on


@dataclass
class Dealer:
    """What booking needs of a registration."""

    dealer_id: str
    name: str
    zone: str
    currency: str
    opening_hours: tuple[OpeningHours, ...]
    slot_minutes: int
    advisors: tuple[StaffId, ...]
    no_show_grace_minutes: int
    reminder_hours_before: int
    area: str = ""
    group: str = ""
    """Area managers and groups see the dealers of theirs (X1)."""
    name_zh: str = ""

    @property
    def language(self) -> Literal["en", "zh"]:
        """The language of texts whose reader's own is not known (X4)."""
        return "zh" if self.zone.startswith("Asia/") else "en"

    def name_in(self, language: str) -> str:
        """What the dealer is called in a language."""
        return self.name_zh if language == "zh" and self.name_zh else self.name

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def day_of(self, at: datetime) -> date:
        """The dealer's own day of an instant (B19)."""
        return at.astimezone(self.tz).date()

    def begin_of(self, day: date) -> datetime:
        """The instant at which a day of the dealer begins."""
        return datetime.combine(day, time(0), self.tz).astimezone(UTC)

    def wall_clock(self, at: datetime) -> datetime:
        """The instant as the dealer's clock shows it, with its offset."""
        return at.astimezone(self.tz)

    def clock_time(self, at: datetime) -> str:
        """What the dealer's clock shows at the instant, such as 08:15."""
        return _clock_time(self.zone, at)

    def usually_on(self, day: date) -> tuple[OpeningHours, ...]:
        """The hours of a day's weekday. Empty: closed."""
        return tuple(hours for hours in self.opening_hours if hours.weekday == day.weekday())

    def slots_on(self, day: date, opening: tuple[OpeningHours, ...] = ()) -> tuple[datetime, ...]:
        """Starts of the reception slots of a day, in UTC (B2); ``opening`` where it differs from the usual hours."""
        return slots_on(day, opening or self.opening_hours, self.slot_minutes, self.tz)

    def missed_after(self, arrival: datetime) -> datetime:
        """Not arrived by then: a no-show (B10)."""
        return arrival + timedelta(minutes=self.no_show_grace_minutes)

    def reminder_at(self, arrival: datetime) -> datetime:
        """When the customer is to be reminded (B9)."""
        return arrival - timedelta(hours=self.reminder_hours_before)


@lru_cache(maxsize=10_000)
def _clock_time(zone: str, at: datetime) -> str:
    """Slots come again with every look at a day."""
    wall = at.astimezone(ZoneInfo(zone))
    return f"{wall.hour:02}:{wall.minute:02}"
