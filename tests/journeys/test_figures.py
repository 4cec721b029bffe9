"""Figures can be explained and made anew from the events (H9)."""

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from chassis.messages import Message, of_record
from chassis.testing import MemoryStore, memory_unit
from dealership import Dealership, at
from headquarters.api.dealer_bodies import NewDealerBody
from headquarters.domain.period import Period
from headquarters.main import FACTS
from headquarters.projections.figures import figures_of, sums_by_dealer
from headquarters.usecases.register_dealer import RegisterDealer, register_dealer
from network import Network
from sevenstep.description import StackDescription
from topics import everything
from visit import Visit

pytestmark = pytest.mark.journey


@pytest.fixture
async def busy(network: Network, disappointed: Visit) -> tuple[Dealership, Period]:
    """The dealer of the disappointed customer, who has a no-show as well by now."""
    dealer = disappointed.dealer
    missed = await dealer.book(dealer.customer(), at(await network.free_day(), 9))
    await network.until(missed.arrival + timedelta(hours=1))
    return dealer, Period(disappointed.day, missed.day)


async def test_every_figure_is_the_sum_of_the_events_that_explain_it(busy: tuple[Dealership, Period]) -> None:
    """H9: numerator and denominator of each figure, from the rows that anybody can read."""
    dealer, days = busy
    path = "/figures"
    period = {"from": days.first, "to": days.last}
    figures = (await dealer.get("headquarters", path, role="manager", **period))["figures"]
    assert figures["visits"]["value"] == figures["no_shows"]["value"] == figures["open_complaints"]["value"] == 1
    for name, figure in figures.items():
        told = await dealer.explanation(name, days.first, days.last)
        sums: dict[str, float] = defaultdict(float)
        for row in told["items"]:
            sums[row["part"]] += row["amount"]
        above = sum(sums[part] for part in told["numerator"])
        below = sum(sums[part] for part in told["denominator"])
        scale = 100 if "score" in told["numerator"] else 1
        if not told["denominator"]:
            assert figure["value"] == above, name
            continue
        assert (figure["numerator"], figure["denominator"]) == (pytest.approx(above * scale), below), name


async def test_two_runs_of_the_same_topics_give_the_same_figures(
    network: Network, busy: tuple[Dealership, Period]
) -> None:
    """H9: every fact of the dealer once more, aggregates in another order each time, on an empty store."""
    dealer, days = busy
    lanes = await _facts_by_aggregate(network.platform.description, dealer.code)
    assert len(lanes) > 5
    asked = {"from": days.first, "to": days.last}
    live = (await dealer.get("headquarters", "/figures", role="manager", **asked))["figures"]
    for seed in range(3):
        again = await _rebuilt(dealer, days, lanes, random.Random(seed))
        assert {name: figure["value"] for name, figure in live.items()} == again


async def _rebuilt(
    dealer: Dealership, days: Period, lanes: dict[str, list[Message]], order: random.Random
) -> dict[str, Any]:
    store = MemoryStore()
    unit = memory_unit(dealer.code, store=store)
    registration = NewDealerBody.model_validate(dealer.registration).registration()
    await register_dealer(unit, RegisterDealer(dealer.code, registration))
    await unit.commit()
    waiting = {lane: list(messages) for lane, messages in lanes.items()}
    while waiting:
        lane = order.choice(sorted(waiting))
        fact = waiting[lane].pop(0).fact
        assert fact is not None
        unit = memory_unit(dealer.code, store=store)
        await FACTS.handlers[type(fact.event)](unit, fact)
        await unit.commit()
        if not waiting[lane]:
            del waiting[lane]
    sums = await sums_by_dealer(memory_unit(dealer.code, store=store), days, [dealer.code])
    return {name: figure["value"] for name, figure in figures_of(sums.get(dealer.code, {})).items()}


async def _facts_by_aggregate(stack: StackDescription, dealer: str) -> dict[str, list[Message]]:
    """What headquarters listens to of one dealer, from the beginning of the topics."""
    listened = {event.wire_type: event for event in FACTS.handlers}
    lanes: dict[str, list[Message]] = defaultdict(list)
    for record in await everything(stack, FACTS.topics):
        message = of_record(record, listened)
        if message.fact is not None and message.fact.dealer_id == dealer:
            lanes[message.lane].append(message)
    return lanes
