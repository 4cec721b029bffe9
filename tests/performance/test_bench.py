"""The benches at their smallest: every row works, its checks hold, every key is there. No time is asserted."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WITHIN_S = 560
KEYS = {
    "booking_ratio",
    "booking_ratio_traced",
    "command_ratio",
    "read_ratio",
    "availability_ms_p99",
    "booking_ms_p99",
    "booking_ms_p99_burst",
    "consume_ratio",
    "react_ratio",
    "relay_ratio",
    "visible_ms_p50",
    "visible_ms_p99",
    "visible_ms_p50_200",
    "visible_ms_p99_200",
    "timer_late_s_p99",
    "rss_mb_max",
    "start_s_max",
    "visit_cost_ratio",
}

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.benches, pytest.mark.timeout(WITHIN_S + 30)]


def ran(module: str, to: Path) -> dict[str, Any]:
    """What the bench wrote; a failed check of the stores ends it with an error."""
    command = [sys.executable, "-m", module, "--size", "tiny", "--to", str(to)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return json.loads(to.read_text())


def test_every_row_is_measured_and_nothing_was_lost_or_done_twice(tmp_path: Path) -> None:
    told = ran("bench", tmp_path / "bench.json")
    assert {name for name in KEYS if told.get(name, 0) > 0} == KEYS
    assert told["goals"].keys() == KEYS
    assert told["machine"]["cores"] >= 1
    assert told["versions"]["mongod"]


def test_growth_is_measured_and_every_query_goes_along_an_index(tmp_path: Path) -> None:
    told = ran("bench.growth", tmp_path / "bench-growth.json")
    assert told["growth_ratio_max"] > 0
    assert len(told["ratios"]) == len(told["p99_ms"]) == 6
    queried = {label.partition(":")[0] for label in told["plans"]}
    assert {"booking.dealer_days", "booking.appointments", "headquarters.network_months"} <= queried
