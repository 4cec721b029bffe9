"""X1: nobody sees or changes another dealer's data. Every route of every service, tried by everybody on real objects.

What the routes are is read from the running services' OpenAPI documents. See ``walk.py`` for who tries and how.
"""

from pathlib import Path

import pytest
from ledger import Ledger

SERVICES = sorted(path.name for path in (Path(__file__).parents[2] / "services").iterdir() if path.is_dir())

EVERYBODY = {
    "own dealer",
    "other dealer",
    "other dealer with every role",
    "area manager out of scope",
    "anonymous",
    "expired token",
    "wrong audience",
    "changed token",
    "wrong role",
    "operations",
}

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1500)]  # the walk is made before the first of them


def test_the_story_is_told_to_its_end(ledger: Ledger) -> None:
    """Each own cell succeeded: what others were refused would have worked for its owner."""
    assert not ledger.stopped


def test_every_route_has_a_recipe(ledger: Ledger) -> None:
    """A new route is tried by everybody from its first day on."""
    assert not ledger.without_recipe, f"write recipes and put them into the story: {sorted(ledger.without_recipe)}"
    assert not ledger.recipes_without_operation


def test_every_route_succeeds_for_its_owner(ledger: Ledger) -> None:
    """A route that nobody can use proves nothing by refusing others."""
    assert sorted(ledger.operations - ledger.succeeded) == []


def test_every_route_of_a_dealer_was_tried_by_everybody(ledger: Ledger) -> None:
    """X1: a step that is only part of the story proves nothing about the others."""
    missing = {name: EVERYBODY - ledger.callers_of(name) for name in ledger.of_dealers}
    assert ledger.of_dealers
    assert not {name: sorted(callers) for name, callers in missing.items() if callers}


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_reads_or_changes_what_is_not_his(service: str, ledger: Ledger) -> None:
    """X1. 404 beyond one's dealers, 401 without a good token, 403 without the role; never a value, never a change."""
    wrong = ledger.wrong(service)
    assert not wrong, "\n" + "\n".join(wrong)
