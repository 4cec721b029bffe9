"""Levelled offers (heijunka, B2): which free slots to offer, and in which order."""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import heapify, heappop, heappush

from contracts.values import StaffId

from booking.domain.day_at import DayAt
from booking.domain.dealer import Dealer
from booking.domain.errors import Refused
from booking.domain.taking import Wish

FULL_LOAD_MINUTES = 60
"""A rule's full load weighs as much as this distance from the preferred time."""


PASSED_OVER_MINUTES = 120
"""An offer with another advisor than the customer's own weighs as much as this distance (B18)."""


@dataclass(frozen=True)
class Reason:
    """Why an offer stands where it stands: a rule, what it saw, and the minutes it put onto the cost (B2).

    ``value``: minutes from the wanted time for ``DISTANCE``, a load from 0 to 1 for the loads, else 0.
    """

    code: str
    value: float
    minutes: float


@dataclass(frozen=True)
class Offer:
    """A slot that can be had at this moment. ``load`` 0-1: how loaded slot, hour and day would be; less is better."""

    arrival: datetime
    advisor: StaffId
    load: float
    cost: float
    """The ranking: the sum of the reasons' minutes."""
    reasons: tuple[Reason, ...] = ()


Rule = Callable[[DayAt, Dealer, Wish], float]


def slot_load(day: DayAt, dealer: Dealer, wish: Wish) -> float:
    """Arrivals in the slot, this one included, per advisor on duty."""
    advisors = len(day.advisors(dealer))
    return (advisors - day.free_places(dealer, wish.arrival) + 1) / advisors


def hour_load(day: DayAt, dealer: Dealer, wish: Wish) -> float:
    """Work that comes in less than an hour before or after, against the class's hours: no heap at one time."""
    near = day.work_near(wish.work_class, wish.arrival)
    return (near + wish.hours.minutes) / max(1, day.balance(wish.work_class).available.minutes)


def day_load(day: DayAt, dealer: Dealer, wish: Wish) -> float:
    """The share of the class's hours that would be gone: the emptier day first."""
    balance = day.balance(wish.work_class)
    return 1 - (balance.bookable.minutes - wish.hours.minutes) / max(1, balance.available.minutes)


LEVELLING: tuple[Rule, ...] = (slot_load, hour_load, day_load)
"""The rules by which load is reckoned; their mean is the offer's ``load``."""

OWN, OTHER, LEAST_BUSY = "OWN_ADVISOR", "OTHER_ADVISOR", "LEAST_BUSY_ADVISOR"


def offers(days: Iterable[DayAt], dealer: Dealer, wish: Wish, limit: int) -> list[Offer]:
    """The best free slots of the days for a wish, best first; ``wish.arrival`` is the preferred time.

    The order is fixed by cost and, where that is equal, by time: the same question gets the same answer. Slots are
    looked at from the preferred time outwards, until those that are left are too far away to be among the best.
    """
    best: list[Offer] = []
    for distance, slot, day in _outwards(days, dealer, wish):
        if len(best) == limit and distance > best[-1].cost:
            break
        offer = _offer(day, dealer, wish.at(slot), distance)
        if offer is not None:
            insort(best, offer, key=lambda one: (one.cost, one.arrival))
            del best[limit:]
    return best


def _outwards(days: Iterable[DayAt], dealer: Dealer, wish: Wish) -> Iterator[tuple[float, datetime, DayAt]]:
    """Slots with room on days with hours, by their minutes from the preferred time.

    A day is looked into only when its nearest moment is next: of a long search most days never are.
    """
    wanted_on = dealer.day_of(wish.arrival)

    def coming_up(day: DayAt, slot: datetime | None = None) -> tuple[float, datetime, bool, date, DayAt]:
        at = slot or _nearest(day.day, dealer, wish.arrival, wanted_on)
        return abs(at - wish.arrival).total_seconds() / 60, at, slot is not None, day.day, day

    coming = [coming_up(day) for day in days]
    heapify(coming)
    while coming:
        minutes, at, is_slot, _, day = heappop(coming)
        if is_slot:
            yield minutes, at, day
        elif wish.hours <= day.balance(wish.work_class).bookable:
            for slot in day.slots_with_room(dealer, wish.work_class):
                heappush(coming, coming_up(day, slot))


def _nearest(day: date, dealer: Dealer, wanted: datetime, wanted_on: date) -> datetime:
    """The moment of a day, or its end, that is nearest to a time on another day or on this one."""
    if day == wanted_on:
        return wanted
    return dealer.begin_of(day if day > wanted_on else day + timedelta(days=1))


def _offer(day: DayAt, dealer: Dealer, wish: Wish, distance: float) -> Offer | None:
    try:
        advisor = day.check(wish, dealer)
    except Refused:
        return None
    loads = {rule.__name__.upper(): min(1.0, rule(day, dealer, wish)) for rule in LEVELLING}
    reasons = (
        Reason("DISTANCE", round(distance, 4), round(distance, 4)),
        *(Reason(code, round(load, 4), round(FULL_LOAD_MINUTES * load, 4)) for code, load in loads.items()),
        _who_receives(advisor, wish),
    )
    cost = round(sum(reason.minutes for reason in reasons), 4)
    return Offer(wish.arrival, advisor, round(sum(loads.values()) / len(loads), 4), cost, reasons)


def _who_receives(advisor: StaffId, wish: Wish) -> Reason:
    """The customer's own advisor comes first (B18); who has none gets the least busy one."""
    if not wish.preferred:
        return Reason(LEAST_BUSY, 0, 0)
    return Reason(OWN, 0, 0) if advisor in wish.preferred else Reason(OTHER, 0, PASSED_OVER_MINUTES)
