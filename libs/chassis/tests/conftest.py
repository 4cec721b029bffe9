"""The toy service as a fixture, and as the module ``chassis_toy`` for the tests beside it."""

import importlib.util
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

_spec = importlib.util.spec_from_file_location("chassis_toy", Path(__file__).with_name("toy.py"))
assert _spec and _spec.loader
toys = sys.modules.setdefault("chassis_toy", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(toys)


@pytest.fixture
async def toy(servers: Any) -> AsyncIterator[Any]:
    toy = toys.Toy(servers)
    toy.make_topic()
    yield toy
    await toy.stop()
