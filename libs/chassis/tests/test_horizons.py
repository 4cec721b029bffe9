"""A timer that waits for others' facts: for those announced when it was first seen due, and for no later ones."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from chassis.horizons import Horizons

TOPICS = frozenset({"reception.events"})
AT = ("reception.events", 0)


class Reader:
    """One consumer: where its topic ends, and how far it is."""

    def __init__(self) -> None:
        self.consumer = SimpleNamespace(name="facts", topics=["reception.events", "workshop.events"])
        self.end = 10
        self.position = 0
        self.asked = 0
        self.broker_away = False

    async def ends(self) -> dict[Any, int]:
        if self.broker_away:
            raise ConnectionError("no broker")
        self.asked += 1
        return {AT: self.end, ("workshop.events", 0): 99}

    async def positions(self) -> dict[Any, int]:
        return {AT: self.position}


class Aside:
    """Facts that stand aside, by partition, offset and dealer."""

    def __init__(self) -> None:
        self.at: list[Any] = []

    async def undecided(self, consumer: str, topics: set[str]) -> list[Any]:
        return self.at


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def aside() -> Aside:
    return Aside()


@pytest.fixture
def horizons(reader: Reader, aside: Aside) -> Horizons:
    return Horizons([cast(Any, reader)], cast(Any, aside))


async def may(horizons: Horizons, timer: str = "no-show", dealer_id: str = "D1") -> bool:
    await horizons.look()
    return await horizons.reached(timer, TOPICS, dealer_id)


async def test_it_fires_when_what_was_announced_by_then_has_had_its_effect(horizons: Horizons, reader: Reader) -> None:
    assert not await may(horizons)
    assert horizons.holds("no-show")
    reader.end = 1_000
    reader.position = 9
    assert not await may(horizons)
    reader.position = 10
    assert await may(horizons)
    assert not horizons.holds("no-show")


async def test_a_later_timer_has_a_horizon_of_its_own(horizons: Horizons, reader: Reader) -> None:
    assert not await may(horizons)
    reader.end, reader.position = 20, 10
    assert not await may(horizons, "later")
    assert await may(horizons)
    reader.position = 20
    assert await may(horizons, "later")


async def test_timers_seen_due_in_one_round_ask_the_broker_once(horizons: Horizons, reader: Reader) -> None:
    await horizons.look()
    for n in range(50):
        await horizons.reached(f"t{n}", TOPICS, "D1")
    assert reader.asked == 1


async def test_what_stands_aside_before_the_horizon_holds_it_back_and_what_came_later_does_not(
    horizons: Horizons, reader: Reader, aside: Aside
) -> None:
    reader.position = 10
    aside.at = [(AT, 4, "D1")]
    assert not await may(horizons)
    assert horizons.holds("no-show")
    aside.at = [(AT, 10, "D1")]
    assert await may(horizons)


async def test_what_stands_aside_holds_its_own_dealer_and_nobody_else(
    horizons: Horizons, reader: Reader, aside: Aside
) -> None:
    """X2: one dealer's fact that waits for minutes must not keep thousands of dealers' timers."""
    reader.position = 10
    aside.at = [(AT, 4, "D1")]
    assert not await may(horizons, "of D1")
    assert await may(horizons, "of D2", "D2")
    assert not await may(horizons, "of D1")
    aside.at = []
    assert await may(horizons, "of D1")


async def test_what_stands_aside_and_names_no_dealer_holds_everybody(
    horizons: Horizons, reader: Reader, aside: Aside
) -> None:
    reader.position = 10
    aside.at = [(AT, 4, "")]
    assert not await may(horizons, "of D2", "D2")


async def test_while_the_broker_is_away_nothing_fires_and_it_is_asked_again(horizons: Horizons, reader: Reader) -> None:
    reader.broker_away, reader.position = True, 10
    assert not await may(horizons)
    reader.broker_away = False
    assert await may(horizons)


async def test_a_timer_that_fired_and_comes_back_is_judged_anew(horizons: Horizons, reader: Reader) -> None:
    reader.position = 10
    assert await may(horizons)
    horizons.forget("no-show")
    reader.end = 20
    assert not await may(horizons)
