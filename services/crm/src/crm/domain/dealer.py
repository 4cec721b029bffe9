"""What customer relations must know of a dealer: its name, its clock and its quiet hours (H1, B19)."""

from dataclasses import dataclass
from datetime import datetime, time

from crm.domain.quiet_hours import QuietHours


@dataclass
class Dealer:
    dealer_id: str
    name: str
    name_zh: str
    zone: str
    quiet_from: time
    quiet_until: time
    known_at: datetime
    """Business time of the registration this record follows; an older one never overwrites it."""

    @property
    def quiet(self) -> QuietHours:
        return QuietHours(self.quiet_from, self.quiet_until, self.zone)

    @property
    def language(self) -> str:
        """The language of the texts its customers get (X4)."""
        return "zh" if self.zone.startswith("Asia/") else "en"

    @property
    def display_name(self) -> str:
        return self.name_zh or self.name if self.language == "zh" else self.name
