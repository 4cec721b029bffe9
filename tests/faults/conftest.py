"""Makes the modules beside the tests importable; the course runs before anything else of a session."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """While no other stack of the session needs the machine: three brokers and three members fill it."""
    items.sort(key=lambda item: item.get_closest_marker("course") is None)
