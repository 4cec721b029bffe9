"""Makes the modules beside it importable, plays the story once, and tells at the end how many cells were tried."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from ledger import Ledger
from platform_fixture import Platform
from platform_routes import try_operations_routes, try_public_routes
from story import tell
from walk import Walk

_TOLD: list[Ledger] = []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ledger(platform: Platform) -> AsyncIterator[Ledger]:
    """Everything that was tried at every route, and what came of it."""
    walk = await Walk.begin(platform)
    _TOLD.append(walk.ledger)
    try:
        await tell(walk)
        await try_operations_routes(walk, platform)
        await try_public_routes(walk)
    except Exception as stopped:
        walk.ledger.stopped = f"{type(stopped).__name__}: {stopped}"
    finally:
        await walk.close()
    yield walk.ledger


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for ledger in _TOLD:
        terminalreporter.write_line(f"dealer isolation: {ledger.summary()}")
