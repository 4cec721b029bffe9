"""The state file: private, complete, and recognised when its owner is gone."""

import json
import os
import stat
from pathlib import Path

import pytest
from sevenstep import description
from sevenstep.description import StackDescription, StackNotRunning
from sevenstep.proc import start_time


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEVENSTEP_BUILD", str(tmp_path / "build"))
    return tmp_path / "build"


def a_description(name: str = "mine", *, pid: int = 0, started: int | None = None) -> StackDescription:
    pid = pid or os.getpid()
    return StackDescription(name, pid, started if started is not None else start_time(pid) or 0)


def test_only_its_owner_can_read_the_state_file(build: Path):
    a_description().write()
    assert stat.S_IMODE((build / "stack-mine.json").stat().st_mode) == 0o600


def test_the_default_stack_is_in_stack_json(build: Path):
    a_description(description.DEFAULT_NAME).write()
    written = json.loads((build / "stack.json").read_text())
    assert {"name", "pid", "started", "state", "kafka", "mongo", "services", "processes", "issuer"} <= written.keys()
    assert {"traces", "otlp", "logs", "environment", "clock"} <= written.keys()


def test_a_live_owner_is_found():
    a_description().write()
    assert description.find("mine").pid == os.getpid()


def test_a_stack_whose_owner_is_gone_is_not_running():
    a_description(started=1).write()  # our process number, but not our start: somebody else had it before us
    with pytest.raises(StackNotRunning, match="sevenstep up --name mine"):
        description.find("mine")


def test_what_a_dead_owner_left_is_swept_away_and_a_living_ones_is_not(build: Path):
    a_description("dead", started=1).write()
    a_description("living").write()
    for name in ("dead", "living"):
        (build / f"stack-{name}" / "kafka").mkdir(parents=True)
    assert description.sweep_stale() == ["dead"]
    assert not (build / "stack-dead").exists()
    assert not (build / "stack-dead.json").exists()
    assert (build / "stack-living" / "kafka").is_dir()


def test_data_that_was_to_be_kept_survives_the_sweep(build: Path):
    kept = a_description("kept", started=1)
    kept.keep = True
    kept.write()
    (build / "stack-kept" / "kafka").mkdir(parents=True)
    description.sweep_stale()
    assert (build / "stack-kept" / "kafka").is_dir()


def test_a_broken_state_file_counts_as_none(build: Path):
    build.mkdir(exist_ok=True)
    (build / "stack-mine.json").write_text("{not json")
    with pytest.raises(StackNotRunning):
        description.find("mine")
