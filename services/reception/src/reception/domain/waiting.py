"""R1: how long customers waited for their greeting."""

from collections.abc import Sequence
from typing import TypedDict

from reception.domain.policy import Policy


class WaitingTimes(TypedDict):
    """In seconds; None where nobody was greeted."""

    greeted: int
    mean: int | None
    longest: int | None
    within_target_percent: int | None


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
