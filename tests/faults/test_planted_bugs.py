"""The harness proves itself: each planted bug is caught, and the same run without it is green.

``make faults QUICK=1`` plants some of them, ``make faults`` all (``FAULTS=all``).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from bugs import BUGS
from bugs_shown import shown
from checker_story import told
from cluster import Cluster, ClusterOptions
from failures import TROUBLES, Failpoints
from run import log_tails

SOME = ("a-write-without-the-session", "no-sequence-check", "no-tenant-filter-on-one-route")
PLANTED = sorted(BUGS) if os.environ.get("FAULTS") == "all" else sorted(SOME)
HAPPENING = sorted({BUGS[name].trouble for name in PLANTED} - {"none"})  # every other run is that, and more

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.faults]


@pytest.fixture(scope="module")
def failpoints(tmp_path_factory: pytest.TempPathFactory) -> Failpoints:
    """Where processes are told at which point to die."""
    return Failpoints(Path(tmp_path_factory.mktemp("failpoints")))


@pytest.fixture(scope="module")
def small(failpoints: Failpoints) -> Iterator[Cluster]:
    """One broker, one member, every service."""
    name = f"planted-{os.getpid()}"
    with Cluster(ClusterOptions(name=name, small=True, settings=failpoints.settings, trace_ratio=0.001)) as cluster:
        yield cluster


@pytest.mark.parametrize("trouble", HAPPENING)
async def test_without_a_bug_every_promise_is_kept(trouble: str, small: Cluster, failpoints: Failpoints) -> None:
    violations, run = await shown(small, failpoints, None, trouble)
    assert not violations, f"{told(violations)}\n{log_tails(small.description)}"
    assert run.history.counted()["OK"] > 0


@pytest.mark.parametrize("name", PLANTED)
async def test_a_planted_bug_is_caught(name: str, small: Cluster, failpoints: Failpoints) -> None:
    bug = BUGS[name]
    violations, _ = await shown(small, failpoints, bug)
    speaking = {violation.invariant for violation in violations}
    print(f"{name}: {told(violations, most=3)}")
    assert speaking & set(bug.caught_by), f"caught by {sorted(speaking)} instead of {bug.caught_by}"


def test_every_kind_of_trouble_and_at_least_ten_bugs_are_known() -> None:
    assert len(BUGS) >= 10
    assert {bug.trouble for bug in BUGS.values()} <= TROUBLES.keys()
