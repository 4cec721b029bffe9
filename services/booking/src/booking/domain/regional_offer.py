"""What headquarters offers customers of the dealer's region on some days (B5)."""

from dataclasses import dataclass
from datetime import date


@dataclass
class RegionalOffer:
    """One dealer's copy; a dealer sees what was told to it."""

    dealer_id: str
    offer_id: str
    title: str
    title_zh: str
    first_day: date
    last_day: date
    models: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    withdrawn: bool = False

    def holds(self, day: date, model: str | None = None) -> bool:
        """Whether the booker tells a customer of it on a day; of a model that is not known every offer is told."""
        meant = not self.models or model is None or model in self.models
        return meant and not self.withdrawn and self.first_day <= day <= self.last_day
