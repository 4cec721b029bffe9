"""Servers are fetched once, whole, whoever asks at the same time."""

import threading
import time
from pathlib import Path

import pytest
from sevenstep import cache


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "sevenstep"


def test_two_stacks_that_fetch_at_the_same_time_fetch_once():
    fetched, found = [], []

    def fetch(target: Path) -> None:
        fetched.append(target)
        time.sleep(0.2)
        (target / "server.jar").write_text("whole")

    threads = [threading.Thread(target=lambda: found.append(cache._once("kafka-x", fetch))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetched) == 1
    assert [(folder / "server.jar").read_text() for folder in found] == ["whole", "whole"]


def test_a_fetch_that_broke_off_is_done_again(home: Path):
    def breaks_off(target: Path) -> None:
        (target / "half.jar").touch()
        raise cache.FetchFailed("Kafka", "connection reset")

    with pytest.raises(cache.FetchFailed, match="connection reset"):
        cache._once("kafka-x", breaks_off)
    assert not (home / "kafka-x").exists()
    folder = cache._once("kafka-x", lambda target: (target / "whole.jar").touch())
    assert [path.name for path in folder.iterdir()] == ["whole.jar"]


def test_a_tool_that_is_missing_is_named():
    with pytest.raises(cache.FetchFailed, match="no-such-tool"):
        cache._run("Kafka", ["no-such-tool"])
