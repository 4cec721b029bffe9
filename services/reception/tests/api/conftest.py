"""The real application on the memory store, at a counter that is open."""

from collections.abc import AsyncIterator

import pytest
from reception_door import Door


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    await door.others.opens()
    yield door
    await door.client.aclose()
