"""What the survey has to know of a dealer (H1, V1)."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass
class Dealer:
    """``follow_up_hours_after`` a delivery its customers are asked."""

    dealer_id: str
    name: str
    name_zh: str
    zone_name: str
    follow_up_hours_after: int
    area: str = ""
    group: str = ""
    """Area managers and groups see the dealers of theirs (X1)."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    @property
    def language(self) -> str:
        """The language its customers are shown first (X4)."""
        return "zh" if self.zone_name.startswith("Asia/") else "en"

    def name_in(self, language: str) -> str:
        return self.name_zh if language == "zh" and self.name_zh else self.name
