"""Makes the modules beside the tests importable, and gives every test the running network."""

import secrets
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from dealership import Dealership, at
from network import Network
from platform_fixture import Platform
from visit import DISAPPOINTED, Visit


@pytest_asyncio.fixture(scope="session")
async def network(platform: Platform) -> AsyncIterator[Network]:
    """All services over HTTP, with tokens, and the clock that they share."""
    found = Network(platform)
    await found.look_around()
    yield found
    await found.close()


@pytest_asyncio.fixture(scope="session")
async def disappointed(network: Network) -> Visit:
    """A visit through all seven steps that ends with a poor answer; name, phone and words are nobody else's."""
    dealer = await Dealership(network).open()
    mark = secrets.token_hex(5)
    customer = replace(dealer.customer(f"Ouyang {mark}"), words=f"It grinds like {mark} sand.")
    visit = await dealer.book(customer, at(await network.free_day(), 9))
    await visit.goes_through_the_workshop()
    await visit.asked_a_day_later()
    await visit.is_answered({**DISAPPOINTED, "comment": f"Never {mark} again!"})
    await network.quiet()
    return visit
