"""R4: protective covers put on in the customer's presence, and the valuables he was asked about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.values import Sealed


class Cover(StrEnum):
    """What is covered."""

    SEAT = "SEAT"
    STEERING_WHEEL = "STEERING_WHEEL"
    FLOOR = "FLOOR"
    GEAR_LEVER = "GEAR_LEVER"
    WING = "WING"


@dataclass(frozen=True)
class Valuable:
    """Something the customer named. ``kept_at``: where the dealer keeps it; empty: he took it with him."""

    what: Sealed
    kept_at: str = ""


@dataclass(frozen=True)
class Protection:
    """``asked``: the customer was asked for valuables, also when there are none."""

    covers: tuple[Cover, ...]
    customer_present: bool
    asked: bool
    valuables: tuple[Valuable, ...]
    at: datetime
