"""A dealer, as headquarters announced it (H1)."""

from dataclasses import dataclass


@dataclass
class Dealer:
    """What this service needs to know of a dealer."""

    dealer_id: str
    name: str
    zone: str
