"""Children live and die with their owner, and nobody else is ever touched."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sevenstep import proc

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


def test_free_ports_are_different_ones():
    assert len(set(proc.free_ports(20))) == 20


def test_children_keep_their_bytecode_and_are_configured_by_nobody_else(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("SEVENSTEP_CLOCK", "manual")
    assert not {"PYTHONDONTWRITEBYTECODE", "SEVENSTEP_CLOCK"} & proc.inherited().keys()
    assert proc.inherited()["PATH"] == os.environ["PATH"]


def test_a_stopped_child_is_gone(tmp_path: Path):
    child = proc.start("sleeper", SLEEPER, tmp_path / "log", os.environ)
    assert child.alive
    child.stop()
    assert proc.start_time(child.pid) is None


def test_a_child_that_ignores_the_term_signal_is_killed_after_its_grace(tmp_path: Path, until):
    child = proc.start("stubborn", STUBBORN, tmp_path / "log", os.environ)
    assert until(lambda: "up" in proc.tail(tmp_path / "log"))
    child.stop(grace=0.2)
    assert child.process.returncode == -signal.SIGKILL


def test_a_process_number_given_to_somebody_else_is_not_the_same_process():
    started = proc.start_time(os.getpid())
    assert started is not None
    assert proc.is_same_process(os.getpid(), started)
    assert not proc.is_same_process(os.getpid(), started - 1)


def test_a_child_that_ends_before_it_listens_says_so_with_its_last_words(tmp_path: Path):
    command = [sys.executable, "-c", "raise SystemExit('the cellar is flooded')"]
    child = proc.start("leaky", command, tmp_path / "log", os.environ)
    with pytest.raises(proc.ProcessEnded, match="the cellar is flooded"):
        proc.wait_for_port(child, proc.free_port(), 10)


def test_a_port_taken_in_between_is_recognised(tmp_path: Path):
    log = tmp_path / "log"
    log.write_text("java.net.BindException: Address already in use\n")
    assert proc.ProcessEnded("kafka", 1, log).port_clash


def test_a_child_dies_with_its_owner_even_when_the_owner_is_killed(tmp_path: Path, until):
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, sys, time; from pathlib import Path; from sevenstep import proc\n"
            f"child = proc.start('sleeper', {SLEEPER!r}, Path({str(tmp_path / 'log')!r}), os.environ)\n"
            f"Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid)); time.sleep(60)",
        ]
    )
    pid_file = tmp_path / "pid"
    assert until(lambda: pid_file.is_file() and pid_file.read_text() != "")
    child = int(pid_file.read_text())
    assert proc.start_time(child) is not None
    owner.kill()
    owner.wait()
    assert until(lambda: proc.start_time(child) is None)
