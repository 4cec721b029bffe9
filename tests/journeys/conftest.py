"""Makes the modules beside the tests importable, and gives every test the running network."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from network import Network
from platform_fixture import Platform


@pytest_asyncio.fixture(scope="session")
async def network(platform: Platform) -> AsyncIterator[Network]:
    """All services over HTTP, with tokens, and the clock that they share."""
    found = Network(platform)
    yield found
    await found.close()
