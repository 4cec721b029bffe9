"""The promises on a cluster of three brokers and three members, while one of them or of the services fails."""

from pathlib import Path

import pytest
import report
import run_all
from cluster import Cluster
from run import Plan

SEED = 20261122


@pytest.mark.faults
@pytest.mark.course
@pytest.mark.stack
@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_nothing_is_lost_doubled_or_out_of_order_whatever_dies(tmp_path: Path) -> None:
    """30,000 facts, 36 faults: every promise is kept, looked at while they fail and when everything is at rest."""
    with Cluster(run_all.options("faults-ci", str(tmp_path))) as cluster:
        played = await run_all.go(cluster, run_all.ci_course(SEED), Plan(seed=SEED, alone=True))
        print(report.everything(played))
        report.written(played, f"faults-ci-{SEED}.md")
        assert not played.violations, report.failed(played)
    assert len(played.felt) >= 35
    assert len(played.run.rolling.passes) >= 20
    assert len(played.run.ledger.facts) >= run_all.CI_FACTS
