"""Named points: each stands once in the source, costs a look at a constant, and ends a process that was told so."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import chassis
from chassis import failpoints

SOURCES = sorted(Path(chassis.__file__).parent.glob("*.py"))
REACHED = re.compile(r'if failpoints\.ARMED:\n +failpoints\.reached\("([a-z-]+)"\)')


def test_every_named_point_stands_exactly_once_in_the_source_and_looks_first_whether_it_is_armed() -> None:
    found = [point for source in SOURCES for point in REACHED.findall(source.read_text())]
    assert sorted(found) == sorted(failpoints.POINTS)
    calls = sum(source.read_text().count("failpoints.reached(") for source in SOURCES if source.name != "failpoints.py")
    assert calls == len(found)


def test_nothing_is_armed_unless_a_test_says_so() -> None:
    assert os.environ.get("SEVENSTEP_FAILPOINTS", "") == failpoints.ARMED


def test_a_process_ends_at_the_point_it_was_armed_for_and_only_once(tmp_path: Path) -> None:
    wish = tmp_path / "booking-1.before-commit"
    wish.write_text(str(int(signal.SIGKILL)))
    assert _ran(tmp_path, "booking-2", "before-commit") == 0
    assert _ran(tmp_path, "booking-1", "after-send") == 0
    assert _ran(tmp_path, "booking-1", "before-commit") == -signal.SIGKILL
    assert not wish.exists()
    assert _ran(tmp_path, "booking-1", "before-commit") == 0


def _ran(folder: Path, process: str, point: str) -> int:
    environment = {**os.environ, "SEVENSTEP_FAILPOINTS": str(folder), "SEVENSTEP_PROCESS": process}
    code = f"from chassis import failpoints\nif failpoints.ARMED: failpoints.reached({point!r})"
    return subprocess.run([sys.executable, "-c", code], env=environment, check=False, timeout=30).returncode
