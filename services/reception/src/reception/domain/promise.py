"""R11: the promised time is work plus auxiliary time, laid into the dealer's opening hours, and explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.values import TechnicianHours

from reception.domain.dealer import Dealer
from reception.domain.policy import Policy


class PromiseReason(StrEnum):
    """Why another time was promised, or ought to be (R11, R15)."""

    MORE_WORK = "MORE_WORK"
    PARTS = "PARTS"
    QUALITY = "QUALITY"
    CARRY_OVER = "CARRY_OVER"
    CUSTOMER_WISH = "CUSTOMER_WISH"
    EARLIER_DONE = "EARLIER_DONE"
    OTHER = "OTHER"


@dataclass(frozen=True)
class PromisePart:
    """One part of the explanation that the customer hears."""

    name: str
    minutes: int


@dataclass(frozen=True)
class Promise:
    """When the vehicle will be ready, and why then."""

    promised_at: datetime
    parts: tuple[PromisePart, ...]


def promise(start: datetime, hours: Iterable[TechnicianHours], dealer: Dealer, policy: Policy) -> Promise:
    """The time to promise for lines of these flat-rate hours, worked one after the other from ``start`` on (UTC).

    Rounded up to the policy's step: a promise is rather late than broken. Raises ``DealerNeverOpen``.
    """
    step = policy.promise_step_minutes
    parts = [PromisePart("work", sum(each.minutes for each in hours))]
    parts += [PromisePart(auxiliary.name, auxiliary.minutes) for auxiliary in policy.auxiliary]
    needed = sum(part.minutes for part in parts)
    if rest := -needed % step:
        parts.append(PromisePart("rounding", rest))
    return Promise(dealer.after_open_minutes(_rounded_up(start, step), needed + rest), tuple(parts))


def _rounded_up(instant: datetime, step: int) -> datetime:
    floor = instant.replace(minute=instant.minute // step * step, second=0, microsecond=0)
    return floor if floor == instant else floor + timedelta(minutes=step)
