"""R11: the promised time is work plus auxiliary time, laid into the dealer's opening hours, and explained."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.values import TechnicianHours, WorkClass

from reception.domain.dealer import Dealer
from reception.domain.policy import Policy
from reception.domain.workload import Ahead, Workload, queue_minutes, room_for


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


@dataclass(frozen=True)
class Obstacle:
    """Why the work cannot begin at once, or not go on at once, and until when. ``vehicles``: how many stand before."""

    name: str
    until: datetime
    vehicles: int = 0


@dataclass(frozen=True)
class Proposal:
    """R11: a time to agree on, with everything it is made of: what the work waits for, then the parts in minutes."""

    starts_at: datetime
    obstacles: tuple[Obstacle, ...]
    promise: Promise


def propose(
    now: datetime,
    hours: Mapping[WorkClass, TechnicianHours],
    dealer: Dealer,
    policy: Policy,
    loads: Sequence[Workload] = (),
    parts_due: datetime | None = None,
    ahead: Ahead = Ahead(),
) -> Proposal:
    """The work begins when the workshop has room for some of it, those before it are done and its parts are there; at
    once if nothing stands in the way. It ends not before the days since its parts are there have room for all of it.

    ``loads``: days booking has counted, as far as this work does not stand in them already; ``parts_due``: when the
    last missing part is expected; ``ahead``: what is worked on already. Raises ``DealerNeverOpen``.
    """
    minutes = {work_class: needed.minutes for work_class, needed in hours.items() if needed.minutes}
    today = dealer.day_of(now)
    can_begin = dealer.after_open_minutes(max(now, parts_due or now), 0)
    begins = dealer.day_of(can_begin)
    room = room_for(loads, begins, minutes, lambda day: dealer.open_minutes(day, can_begin))
    waits: list[Obstacle] = []
    counted = next((load for load in loads if load.day == today), None)
    if counted and room.first == today:
        wait = queue_minutes(ahead, counted, dealer.open_minutes(today), minutes)
        waits += [Obstacle("queue", dealer.after_open_minutes(now, wait), ahead.vehicles)] if wait else []
    if parts_due and parts_due > now:
        waits.append(Obstacle("parts", parts_due))
    start = max(now, dealer.midnight(room.first), *(wait.until for wait in waits))
    whole = promise(start, hours.values(), dealer, policy)
    rest = promise(max(start, dealer.midnight(room.last)), [TechnicianHours(minutes=room.rest)], dealer, policy)
    latest = max(whole.promised_at, rest.promised_at)
    free = room.last if latest > whole.promised_at else room.first
    full = [Obstacle("workshop-load", dealer.midnight(free))] if free > begins else []
    return Proposal(start, (*full, *waits), replace(whole, promised_at=latest))


def _rounded_up(instant: datetime, step: int) -> datetime:
    floor = instant.replace(minute=instant.minute // step * step, second=0, microsecond=0)
    return floor if floor == instant else floor + timedelta(minutes=step)
