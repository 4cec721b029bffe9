"""The command line against a running stack, and the ways it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sevenstep import description
from sevenstep.cli import main

pytestmark = pytest.mark.stack

SEVENSTEP = str(Path(sys.executable).with_name("sevenstep"))


@dataclass
class Said:
    """What a command answered."""

    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(checkout: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command in the tiny checkout; whatever stack is up at the end is taken down."""

    def command(*words: str, expect: int = 0) -> Said:
        if words[0] == "up":  # it takes the signals of its process: it gets one of its own
            done = subprocess.run([SEVENSTEP, *words], capture_output=True, text=True, timeout=120, check=False)
            said, status = Said(done.stdout, done.stderr), done.returncode
        else:
            monkeypatch.setattr(sys, "argv", ["sevenstep", *words])
            with pytest.raises(SystemExit) as ended:
                main()
            said, status = Said(*capfd.readouterr()), int(ended.value.code or 0)
        assert status == expect, said
        return said

    yield command
    for left in description.all_known():
        command("down", "--name", left.name)


def test_a_day_with_the_command_line(run: Run, checkout: Path, marked, said_by):
    up = ["up", "--no-traces", "--clock", "manual", "--clock-start", "2025-06-23T00:00+00:00", "--processes", "hello=2"]
    assert "Ready after" in run(*up).out
    state = checkout / "build" / "stack.json"
    assert state.stat().st_mode & 0o777 == 0o600
    found = json.loads(state.read_text())
    assert found["state"] == "ready"
    assert found["services"].keys() == {"hello", "world"}
    assert all(word in run("status").out for word in ("hello-1", "hello-2", "world-1", "ready", "kafka", "mongo"))
    assert "runs already" in run(*up, expect=1).err

    moved = run("clock", "move", "2025-06-23T08:00+08:00").out.splitlines()
    assert [line.split(":")[0] for line in moved] == ["hello-1", "hello-2", "world-1"]
    assert all(
        said_by(one["url"], "/ops/clock")["now"] == "2025-06-23T08:00:00+08:00" for one in found["processes"]["hello"]
    )
    assert "2025-06-23T08:00:00+08:00" in run("clock", "show").out
    assert "a time with a zone" in run("clock", "move", "2025-06-23T08:00", expect=2).err

    assert run("token", "--role", "advisor", "--dealer", "SH001").out.count(".") == 2
    assert "no such greeting" in run("deadletters", "list").out
    assert "hello.said.v1" in run("deadletters", "show", "hello", "d1").out
    run("deadletters", "drop", "hello", "d1", "--reason", "a test", "--yes")
    assert "No dead letters" in run("deadletters", "list", "--services", "hello").out
    assert "No such dead letter" in run("deadletters", "show", "hello", "d1", expect=1).err
    assert "No trace carries" in run("trace", "v1", expect=1).err

    os.kill(found["processes"]["world"][0]["pid"], signal.SIGKILL)
    assert "ended" in run("status").out
    assert "world-1 is ready again" in run("restart", "world-1").out
    assert "world-1.log" in run("logs").out
    assert "No process 'moon-1'" in run("restart", "moon-1", expect=1).err

    assert "is stopped" in run("down").out
    assert set(marked()) <= {os.getpid()}
    assert not state.exists()
    assert "not running" in run("status", expect=1).err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_start_that_is_interrupted_leaves_no_process(checkout: Path, marked, until, number: signal.Signals):
    starting = subprocess.Popen([SEVENSTEP, "up", "--no-traces"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    state = description.state_file()
    assert until(lambda: (found := description.read(state)) is not None and "kafka" in found.parts, 20)
    assert until(lambda: len(marked()) > 3, 20)
    starting.send_signal(number)
    assert starting.wait(60) != 0
    assert until(lambda: set(marked()) <= {os.getpid()})
    assert not state.exists()


def test_an_owner_that_is_killed_leaves_no_process_and_no_stack(run: Run, marked, until):
    run("up", "--no-traces", "--no-services")
    owner = description.find()
    os.kill(owner.pid, signal.SIGKILL)
    assert until(lambda: set(marked()) <= {os.getpid()})
    assert description.state_file().exists()
    assert "not running" in run("status", expect=1).err
    assert "not running" in run("down").out
    assert not description.state_file().exists()


PLAYER = """
import json, os, sys
stack = json.load(open(os.environ["SEVENSTEP_STACK"]))
assert stack["clock"]["mode"] == "manual" and set(stack["services"]) == {"hello", "world"}, stack
print("the day is played", flush=True)
sys.exit(3)
"""


@pytest.fixture
def player(checkout: Path) -> Path:
    """A player whose day does not come out as expected: its exit status is 3."""
    package = checkout / "services" / "hello" / "src" / "demo"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PLAYER)
    return checkout


def test_the_demo_ends_by_itself_with_the_players_status_and_leaves_nothing(player: Path, marked):
    environment = os.environ | {"DEMO_EXIT": "1"}
    command = [SEVENSTEP, "demo", "--no-traces"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "the day is played" in done.stdout
    assert set(marked()) <= {os.getpid()}
    assert not description.state_file().exists()


def test_the_demo_stays_up_until_ctrl_c_and_keeps_the_players_status(player: Path, marked, until):
    command = [SEVENSTEP, "demo", "--no-traces"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as demo:
        assert demo.stdout is not None
        assert any("Ctrl-C" in line for line in demo.stdout)
        assert description.find().state == "ready"
        os.killpg(demo.pid, signal.SIGINT)  # a terminal sends it to the whole group
        assert "Everything is stopped" in demo.stdout.read()
    assert demo.returncode == 3
    assert until(lambda: set(marked()) <= {os.getpid()})
