"""The sockets our service processes take calls on, when such a process does not live long enough to use one."""

import sys
import threading
from pathlib import Path

import pytest
from sevenstep import proc
from sevenstep.doors import Door


def test_a_process_that_ends_before_it_listens_leaves_a_door_without_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    door = Door()
    door.served_by(proc.start("brief", [sys.executable, "-c", ""], tmp_path / "log", {}))
    door.settled()
    assert failed == []
