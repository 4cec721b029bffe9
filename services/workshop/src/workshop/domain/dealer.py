"""What the workshop keeps of a dealer (H1)."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass
class Dealer:
    """``zone`` is an IANA name; the workshop's days are the dealer's own (B19)."""

    dealer_id: str
    name: str
    zone: str

    def day_of(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()
