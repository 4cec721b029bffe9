"""Nobody gets what somebody else has: competition for capacity, interleaved at every await of the store (B1, B2, B15).

``bench/competition.py`` plays the same histories by the million, and on the real store.
"""

from dataclasses import replace
from typing import Any

import pytest
from booking.domain.capacity import Balance
from booking.domain.day_at import DayAt
from booking.domain.dealer_day import DealerDay
from booking.domain.errors import Taken
from booking.domain.loaner import Loaner
from booking.domain.staff import Member
from booking.usecases.hold_appointment import HoldAppointment, hold_appointment
from booking_builders import THE_DAY_BEFORE, a_plan, a_wish
from booking_histories import OPERATIONS, play_histories, real_store
from booking_interleaver import SteppingStore, every_order, interleave
from booking_journeys import POLICY, Desk
from booking_ledger import Wrong
from chassis.scopes import Dealers
from chassis.testing import TEST_LINKS, MemoryStore
from chassis.unit import Unit, VersionConflict
from contracts.values import Channel

CI_OPERATIONS = 20_000


async def test_whatever_many_do_at_once_nothing_is_given_twice_and_hours_add_up():
    """B1, B2, B10, B11, B15: seven actors; after each commit the sums are looked at."""
    told = await play_histories(600, first_seed=CI_OPERATIONS)
    assert told["overtaken"] > 30, "they must have met"


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_in_twenty_thousand_operations_nothing_is_given_twice_and_everything_happened():
    """B1, B2, B10, B11, B15-B17: take, hold, expire, change, cancel, no-show, wait list, loaners, calendar changes."""
    told = await play_histories(CI_OPERATIONS)
    assert told["operations"] >= CI_OPERATIONS
    happened = {"hold", "book", "confirm", "stale", "reschedule", "cancel", "calendar", "hold-expiry", "no-show"}
    happened |= {"wait", "accept", "lend", "fleet", "shift", "leave", "day rule", "holiday"}
    # A place of the wait list is rarely offered to somebody who is still there to take it.
    assert {name for name in happened if told[name] < (5 if name == "accept" else 25)} == set(), told


@pytest.mark.stack
async def test_on_the_real_store_nothing_is_given_twice_either(servers):
    """B1, B2: the same histories; the bench plays 2,000 of them."""
    async with real_store(servers.mongo["url"]) as store:
        told = await play_histories(10 * OPERATIONS, store=lambda: store, dealer_of=lambda seed: f"T{seed}")
    assert told["histories"] == 10


async def test_of_two_callers_for_the_last_place_exactly_one_gets_it_in_every_order_there_is():
    """B2: not 20 races of two, but all of them; the other one is told so, and nothing is half done."""
    races = 0
    for choose in every_order():
        store = await _one_place_left()
        got: list[str] = []
        await interleave([_caller(store, visit, got) for visit in ("visit-1", "visit-2")], choose)
        assert sorted(got) == ["slot-taken", "taken"], got
        races += 1
    assert races >= 20


@pytest.mark.parametrize(
    "planted",
    [*("versions", "release", "confirm", "hours", "advisors", "leave"), pytest.param("cars", marks=pytest.mark.slow)],
)
async def test_a_planted_mistake_is_found(planted, monkeypatch):
    """What finds nothing proves nothing: seven mistakes that such systems are known for."""
    _plant(planted, monkeypatch)
    with pytest.raises(Wrong):
        await play_histories(200 * OPERATIONS, store=_Careless if planted == "versions" else MemoryStore)


class _Careless(MemoryStore):
    """Takes what was decided on a version that is gone."""

    def _check(self, change: Any) -> None:
        if change.version is None:
            super()._check(change)


def _plant(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if planted == "release":
        monkeypatch.setattr(DealerDay, "release", lambda self, visit, now: [])
    elif planted == "confirm":
        monkeypatch.setattr(DealerDay, "confirm", lambda self, visit, now: [])
    elif planted == "hours":
        monkeypatch.setattr(Balance, "bookable", property(lambda self: self.available))
    elif planted == "advisors":
        monkeypatch.setattr(DayAt, "free_advisors", lambda self, dealer, slot: list(self.advisors(dealer)))
    elif planted == "cars":
        monkeypatch.setattr(Loaner, "is_free", lambda self, start, end: True)
    elif planted == "leave":
        working = Member.working
        monkeypatch.setattr(Member, "working", lambda self, *when: working(replace(self, leaves=()), *when))


async def _one_place_left() -> MemoryStore:
    desk = await Desk().opened(a_plan(advisors=("wang",)))
    return desk.store


async def _caller(store: MemoryStore, visit: str, got: list[str]) -> None:
    async def unseen(changes: Any) -> None: ...

    while True:
        stepping = SteppingStore(store, unseen)
        scope = Dealers.of("SH001")
        unit = Unit(stepping, scope=scope, actor="app:a", now=THE_DAY_BEFORE, sealing=store.sealing, links=TEST_LINKS)
        try:
            await hold_appointment(unit, HoldAppointment("SH001", a_wish(visit=visit), Channel.APP), POLICY)
            await unit.commit()
            return got.append("taken")
        except Taken as refused:
            return got.append(refused.code)
        except VersionConflict:
            continue
