"""What the workshop keeps of a dealer (H1)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


@dataclass
class Dealer:
    """``zone`` is an IANA name; the workshop's days are the dealer's own (B19)."""

    dealer_id: str
    name: str
    zone: str

    def day_of(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()

    def start_of(self, day: date) -> datetime:
        """The first instant of a day at this dealer, in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)
