"""Starts a stack whose owner goes on when the command has ended, and stops such an owner."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict

from sevenstep import description, proc, workspace
from sevenstep.description import StackDescription
from sevenstep.plan import Progress, StackAlreadyRunning, StackOptions

_STOP_SECONDS = 60.0
_CHANNELS = ("SEVENSTEP_STACK_", "SEVENSTEP_ROOT", "SEVENSTEP_BUILD")


class StartFailed(Exception):
    """The owner of the stack gave up; its words are in the message."""

    code = "start-failed"


def start_in_background(options: StackOptions, progress: Progress) -> StackDescription:
    """Start an owner of its own session and follow it until the stack is ready. A Ctrl-C meanwhile stops it again."""
    known = description.read(description.state_file(options.name))
    if known is not None and known.alive:
        raise StackAlreadyRunning(options.name)
    log = workspace.build_folder() / f"stack-{options.name}.log"
    environment = proc.inherited() | {name: value for name, value in os.environ.items() if name.startswith(_CHANNELS)}
    with log.open("w") as out:
        owner = subprocess.Popen(
            [sys.executable, "-m", "sevenstep.supervisor", json.dumps(asdict(options))],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    try:
        return _follow(owner, options.name, progress)
    except BaseException:
        owner.terminate()
        owner.wait(_STOP_SECONDS)
        if isinstance(sys.exc_info()[1], StartFailed):
            raise StartFailed(_last_words(log.read_text())) from None
        raise


def _follow(owner: subprocess.Popen[bytes], name: str, progress: Progress) -> StackDescription:
    told: dict[str, str] = {}
    while True:
        found = description.read(description.state_file(name))
        if found is not None and found.pid == owner.pid:
            for part, state in found.parts.items():
                if told.get(part) != state:
                    progress(part, state)
            told = dict(found.parts)
            if found.state == "ready" and found.control:
                return found
        if owner.poll() is not None:
            raise StartFailed
        time.sleep(0.1)


def _last_words(log: str) -> str:
    """What the owner said from its failure on."""
    _, found, words = log.rpartition(" failed ")
    return words.strip() if found else "\n".join(log.splitlines()[-15:])


def stop_in_background(name: str) -> None:
    """Tell the owner of a live stack to stop, and wait until it has. Raises StackNotRunning."""
    found = description.find(name)
    os.kill(found.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while proc.is_same_process(found.pid, found.started):
        if time.monotonic() > deadline:
            os.kill(found.pid, signal.SIGKILL)  # its children die with it
        time.sleep(0.05)
    description.state_file(name).unlink(missing_ok=True)
