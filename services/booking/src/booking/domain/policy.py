"""The figures of booking that a network or dealer may set (defaults of the rules)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from contracts.values import WorkClass

from booking.domain.errors import TooFarAhead


def default_mix() -> Mapping[WorkClass, int]:
    """70 % maintenance, 30 % repair (B1)."""
    return {WorkClass.PM: 70, WorkClass.GR: 30}


@dataclass(frozen=True)
class Policy:
    """Settings as the rules see them."""

    hold: timedelta = timedelta(minutes=15)
    """How long a slot is held (B15)."""
    class_mix: Mapping[WorkClass, int] = field(default_factory=default_mix)
    """How the hours of a technician with several classes are shared out (B1)."""
    most_uplift_percent: int = 10
    """Limit of the uplift on a list price (B6)."""
    price_step: int = 100
    """Estimated prices are rounded up to this many minor units (B6)."""
    horizon_days: int = 180
    """How far ahead can be booked."""
    offer_days: int = 31
    """Days that one question for offers may span (B2)."""
    next_best_days: int = 3
    """Days searched at first for the next best offers of whoever came too late (B2)."""
    next_best: int = 5
    """Offers named in a refusal."""
    rebook_days: int = 14
    """Days searched for offers to whoever did not come, might move an appointment, or came too late for all that was
    near (B2, B9, B10)."""
    offer_wait: timedelta = timedelta(hours=2)
    """How long a freed place is held for one who waits (B16)."""

    def days_around(self, day: date, today: date) -> tuple[date, date]:
        """First and last day of the offers to a customer who might move an appointment of that day."""
        first = max(today, day)
        return first, first + timedelta(days=self.rebook_days - 1)

    def check_horizon(self, arrival: datetime, now: datetime) -> None:
        """Raises ``TooFarAhead``."""
        if arrival > now + timedelta(days=self.horizon_days):
            raise TooFarAhead(days=self.horizon_days)
