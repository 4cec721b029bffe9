"""H5, H9: the network's own roll-ups are the sums of its dealers', whatever order the facts come in."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from chassis.facts import Fact
from chassis.scopes import Dealers, Network
from chassis.testing import MemoryStore, all_documents, memory_unit
from chassis.unit import Unit
from contracts.crm import ComplaintClosed
from headquarters.domain.figures import joined
from headquarters.domain.period import Period
from headquarters.projections.figures import sums_by_dealer
from headquarters.projections.network import NETWORK, NETWORK_BALANCES, NETWORK_MONTHS, network_sums
from headquarters_journeys import THE_DAY, a_day, a_network, arrived, interleaved, opened, take, told
from hypothesis import given, settings
from hypothesis import strategies as st

DEALERS = ("SH001", "SH002")
WEEK = Period(THE_DAY, THE_DAY + timedelta(days=6))


def spanning(store: MemoryStore) -> Unit:
    unit = memory_unit(store=store)
    unit.begin(scope=Network("headquarters:hana", "test"), actor="headquarters:hana", visit_id=None)
    return unit


def at_dealer(dealer_id: str, facts: list[Fact]) -> list[Fact]:
    for fact in facts:
        object.__setattr__(fact, "dealer_id", dealer_id)
    return facts


async def two_dealers(order: Callable[[list[list[Fact]]], list[Fact]], batch: int = 1) -> MemoryStore:
    """SH001's day of four visits, and one visit of SH002."""
    store = await a_network(*DEALERS)
    await take(store, order(a_day()), batch=batch)
    await take(store, at_dealer("SH002", told("w1", (0, arrived()), (5, opened()))), batch=batch)
    return store


def straight(day: list[list[Fact]]) -> list[Fact]:
    return [fact for facts in day for fact in facts]


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 7), st.integers(-3, 3), st.integers(0, 5))
def test_the_networks_sums_are_its_dealers_sums_in_every_order_and_for_every_period(
    random: Random, batch: int, first: int, length: int
) -> None:
    """H5: rows that a later fact takes back are taken off the network's roll-ups too."""
    period = Period(THE_DAY + timedelta(days=first), THE_DAY + timedelta(days=first + length))

    async def both() -> None:
        store = await two_dealers(lambda day: interleaved(day, random), batch)
        unit = spanning(store)
        by_dealer = await sums_by_dealer(unit, period, DEALERS)
        assert await network_sums(unit, period) == joined(*by_dealer.values())

    asyncio.run(both())


async def test_the_network_counts_more_than_nothing() -> None:
    """H5: so that the comparison above cannot be one of two empty sums."""
    sums = await network_sums(spanning(await two_dealers(straight)), WEEK)
    assert sums["visits"] == 4
    assert sums["complaints_opened"] == 3


async def test_what_was_closed_after_the_period_was_open_at_its_end() -> None:
    """C5, H4."""
    store = await a_network()
    closed = ComplaintClosed(case_id="case-1", person_id="person-1")
    await take(store, told("v1", (0, opened()), (2 * 1440, closed)))
    open_at = {}
    for days in (-1, 0, 1, 2, 40):
        day = THE_DAY + timedelta(days=days)
        sums = await network_sums(spanning(store), Period(day, day))
        open_at[days] = sums.get("complaints_opened", 0) - sums.get("complaints_closed", 0)
    assert open_at == {-1: 0, 0: 1, 1: 1, 2: 0, 40: 0}


async def test_the_number_of_documents_does_not_depend_on_the_number_of_dealers() -> None:
    """H5: bounded by month, service and shard; the same for one dealer and for twenty."""
    counted = []
    for dealers in (1, 20):
        codes = [f"D{number:03}" for number in range(dealers)]
        store = await a_network(*codes)
        for number in range(40):
            facts = at_dealer(codes[number % dealers], told(f"visit-{number}", (0, arrived())))
            await take(store, facts)
        counted.append(len(all_documents(store, NETWORK_MONTHS)))
    assert counted[0] == counted[1] <= 6


@pytest.mark.parametrize("documents", [NETWORK_MONTHS, NETWORK_BALANCES])
async def test_no_dealers_unit_sees_the_networks_documents(documents) -> None:
    """X1."""
    store = await two_dealers(straight)
    assert all_documents(store, documents)
    unit = memory_unit(store=store)
    unit.begin(scope=Dealers.of(*DEALERS), actor="manager:mo", visit_id=None)
    assert await unit.query(documents, {}) == []
    assert await unit.query(documents, {"dealer_id": NETWORK}) == []


def test_a_period_over_the_turn_of_a_month_takes_its_days_and_no_others() -> None:
    """H5."""

    async def counted() -> dict[int, int]:
        store = await a_network()
        for day in range(12):
            await take(store, told(f"visit-{day}", (day * 1440, arrived())))
        unit, found = spanning(store), {}
        for length in (1, 8, 9, 12):
            period = Period(THE_DAY, THE_DAY + timedelta(days=length - 1))
            found[length] = (await network_sums(unit, period))["visits"]
        return found

    assert asyncio.run(counted()) == {1: 1, 8: 8, 9: 9, 12: 12}
    assert date(2025, 6, 23) == THE_DAY
