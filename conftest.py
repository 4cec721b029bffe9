"""What every test of the workspace may use: real servers, started once per test session when a test asks for them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from sevenstep.description import StackDescription


# A slow or busy machine is no failure of a property. `make check` asks for "quick".
settings.register_profile("thorough", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=15, stateful_step_count=15)
settings.load_profile("thorough")

collect_ignore = ["deploy/template"]  # a service that does not exist yet; its tests run where it has been rendered


@pytest.fixture(scope="session")
def servers() -> Iterator["StackDescription"]:
    """Kafka, MongoDB, issuer and trace bridge, without services. SEVENSTEP_STACK names a stack.json to use instead."""
    from sevenstep.description import read
    from sevenstep.stack import Stack, StackOptions

    given = os.environ.get("SEVENSTEP_STACK")
    running = read(Path(given)) if given else None
    if running is not None and running.alive:
        yield running
        return
    with Stack(StackOptions(name=f"test-{os.getpid()}", services=[], discard=True)) as stack:
        yield stack.description
