"""R1: how long customers waited for their greeting, and who went before it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from reception.domain.dealer import Dealer
from reception.domain.policy import Policy

_WAITS = timedelta(hours=4)
"""Who waits at midnight waits on so long."""


class LeaveReason(StrEnum):
    """Why somebody is taken out of the queue whom nobody greeted."""

    LEFT_WITHOUT_SERVICE = "LEFT_WITHOUT_SERVICE"
    CALLED_AWAY = "CALLED_AWAY"
    WRONG_DEALER = "WRONG_DEALER"
    REGISTERED_TWICE = "REGISTERED_TWICE"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Departure:
    """A customer went ungreeted. ``waited_seconds``: in all until then; ``back_at``: when he waited again."""

    reason: LeaveReason
    at: datetime
    by: str
    waited_seconds: int
    back_at: datetime | None = None


def queue_since(dealer: Dealer, now: datetime) -> datetime:
    """Who arrived from here on may stand in the queue: on the dealer's own day, or in the last four hours."""
    return min(dealer.midnight(dealer.day_of(now)), now - _WAITS)


class WaitingTimes(TypedDict):
    """In seconds; None where nobody was greeted."""

    greeted: int
    mean: int | None
    longest: int | None
    within_target_percent: int | None


class Leavers(TypedDict):
    """Who went ungreeted and did not come back; the mean wait in seconds, None where nobody went."""

    left: int
    left_mean: int | None
    left_reasons: dict[str, int]


def waiting_times(seconds: Sequence[int], policy: Policy) -> WaitingTimes:
    """Mean, longest, and the share greeted within the network's target, rounded down."""
    if not seconds:
        return WaitingTimes(greeted=0, mean=None, longest=None, within_target_percent=None)
    within = sum(waited <= policy.greeting_target_seconds for waited in seconds)
    return WaitingTimes(
        greeted=len(seconds),
        mean=sum(seconds) // len(seconds),
        longest=max(seconds),
        within_target_percent=100 * within // len(seconds),
    )


def leavers(departures: Sequence[Departure]) -> Leavers:
    """How many left, how long they had waited, and how many for which reason."""
    waited = [departure.waited_seconds for departure in departures]
    return Leavers(
        left=len(departures),
        left_mean=sum(waited) // len(waited) if waited else None,
        left_reasons=dict(Counter(str(departure.reason) for departure in departures)),
    )
