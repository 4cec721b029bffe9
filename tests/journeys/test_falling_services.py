"""Services that are killed while visits go on: nothing is lost, nothing is done twice (X5)."""

import asyncio
import random
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest
from dealership import Dealership, at
from network import Network
from visit import A_WHOLE_STORY, CONTENT, Visit

pytestmark = pytest.mark.journey


async def test_a_service_killed_at_any_moment_loses_nothing(network: Network) -> None:
    """X5: every service gets kill -9 once, in the middle of commands; callers repeat what was not answered."""
    dealer = await Dealership(network).open()
    day = await network.free_day()
    maintenance, repair = await _while_falling(
        network,
        ["booking-1", "booking-2"],
        dealer.book(dealer.customer(), at(day, 9)),
        dealer.book(dealer.customer(), at(day, 9), work_class="GR"),
    )
    visits: list[Visit] = [maintenance, repair]

    await network.until(at(day, 10) - timedelta(days=1))
    await network.until(at(day, 9))
    await _while_falling(network, ["reception-1", "crm-1"], *(_comes(visit) for visit in visits))
    await network.quiet()
    await _while_falling(network, ["workshop-1"], *(visit.is_given_out() for visit in visits))
    await network.until(at(day, 10))
    await _while_falling(network, ["headquarters-1", "survey-1"], *(_goes(visit) for visit in visits))
    await maintenance.asked_a_day_later()
    await asyncio.gather(*(visit.is_answered(CONTENT) for visit in visits))
    await network.nothing_lost()

    for visit in visits:
        assert await visit.facts() == A_WHOLE_STORY
        assert None not in (await visit.steps()).values()
        assert (await dealer.balance(day, visit.work_class))["assigned"] == visit.hours
    figures = await dealer.figures(day, day + timedelta(days=1))
    for name in ("visits", "booked_visits", "deliveries", "answers"):
        assert figures[name] == 2, name
    for name in ("no_shows", "reworks", "open_complaints"):
        assert figures[name] == 0, name
    assert figures["lead_time_minutes"] == 60


async def _comes(visit: Visit) -> None:
    await visit.arrives()
    await visit.is_checked_in()
    await visit.is_agreed()


async def _goes(visit: Visit) -> None:
    await visit.is_finished()
    await visit.is_inspected()
    await visit.dealer.network.eventually(visit.may_leave, bool)
    await visit.is_delivered()


async def _while_falling(network: Network, names: list[str], *work: Coroutine[Any, Any, Any]) -> list[Any]:
    """Work goes on while these processes are killed at a random moment and come back."""

    async def fall() -> None:
        moment = random.uniform(0, 0.4)
        print(f"{', '.join(names)}: kill -9 after {moment:.3f} s")
        await asyncio.sleep(moment)
        await network.kill(*names)
        await network.restart(*names)

    *done, _ = await asyncio.gather(*work, fall())
    return done
