"""Campaigns and recalls as headquarters announced them: which are open on a vehicle (B5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.headquarters import VinRange
from contracts.values import Vin


@dataclass
class Campaign:
    """One dealer's copy; a dealer sees what was told to it."""

    dealer_id: str
    campaign_id: str
    title: str
    title_zh: str
    recall: bool
    vehicles: tuple[VinRange, ...]
    operations: tuple[str, ...]
    ends_on: date | None = None

    def concerns(self, vin: Vin, today: date) -> bool:
        """Whether it runs and the vehicle is one of its own. A range compares VINs of one length, letter by letter."""
        running = self.ends_on is None or today <= self.ends_on
        return running and any(
            len(vin) == len(one.first) == len(one.last) and one.first <= vin <= one.last for one in self.vehicles
        )

    def done_by(self, operations: Iterable[str]) -> bool:
        """Whether work with these operations does it."""
        return bool(self.operations) and set(self.operations) <= set(operations)
