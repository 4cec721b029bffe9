"""Makes the modules beside it, the isolation story's and the toy service importable; plays the story once, badly."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[1] / "isolation"))
sys.path.insert(0, str(Path(__file__).parent))

import toy_service  # noqa: F401 - makes chassis_toy importable
from mischief_walk import MischiefWalk
from platform_fixture import Platform
from story import tell

_TOLD: list[MischiefWalk] = []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mischief(platform: Platform) -> AsyncIterator[MischiefWalk]:
    """A dealer's days in which somebody sends nonsense before each step, and what came of it."""
    walk = await MischiefWalk.begin(platform)
    _TOLD.append(walk)
    try:
        await tell(walk)
        await walk.operations_commands()
    except Exception as stopped:
        walk.ledger.stopped = f"{type(stopped).__name__}: {stopped}"
    finally:
        await walk.close()
    yield walk


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for walk in _TOLD:
        terminalreporter.write_line(f"bad input: {walk.ledger.summary()}")
