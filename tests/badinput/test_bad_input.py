"""Bad input to each route of each service: a clear problem, never a server error, and nothing half done.

What is sent is in ``mischief.py``, when and at what in ``mischief_walk.py``. The store is looked at from outside before
and after: documents, versions, kept answers and pending facts are the same.
"""

from pathlib import Path

import pytest
from mischief_walk import MischiefWalk

SERVICES = sorted(path.name for path in (Path(__file__).parents[2] / "services").iterdir() if path.is_dir())
KINDS_OF_EACH_COMMAND = 10
"""A command without a body has only its address and its headers."""

pytestmark = [pytest.mark.journey, pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(1500)]


def test_the_story_is_told_to_its_end_in_spite_of_it(mischief: MischiefWalk) -> None:
    """Each good command succeeds after its bad ones, under the same Idempotency-Key: no refusal was kept."""
    assert not mischief.ledger.stopped


def test_every_command_of_every_service_was_tried(mischief: MischiefWalk) -> None:
    """The list is the running services' own OpenAPI; a new command needs a recipe in ``tests/isolation``."""
    commands = [operation.name for operation in mischief.known.values() if operation.changes]
    few = {name: len(mischief.ledger.callers_of(name)) for name in commands}
    assert commands
    assert not {name: count for name, count in few.items() if count < KINDS_OF_EACH_COMMAND}


@pytest.mark.parametrize("service", SERVICES)
def test_bad_input_is_told_clearly_and_changes_nothing(service: str, mischief: MischiefWalk) -> None:
    wrong = mischief.ledger.wrong(service)
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:60])
