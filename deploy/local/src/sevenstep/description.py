"""The description of a running stack: `build/stack.json`, the one place where its endpoints are written down."""

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sevenstep import workspace
from sevenstep.proc import is_same_process, start_time

DEFAULT_NAME = "default"


class StackNotRunning(Exception):
    """No live stack of this name."""

    code = "stack-not-running"

    def __init__(self, name: str) -> None:
        hint = "" if name == DEFAULT_NAME else f" --name {name}"
        super().__init__(f"The stack '{name}' is not running. Start it with: sevenstep up{hint}")


@dataclass
class StackDescription:
    """Everything needed to talk to a running stack. Holds credentials: its file has mode 600.

    `started` is the supervisor's start time in clock ticks since boot (as the kernel tells it): together with `pid` it
    recognises a state file whose owner is gone, even when its process number has been given to somebody else.
    """

    name: str
    pid: int
    started: int
    state: str = "starting"  # starting | ready | failed | stopping
    kind: str = ""
    reason: str = ""
    error: str = ""
    kafka: dict[str, Any] = field(default_factory=dict)
    mongo: dict[str, Any] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    processes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    issuer: dict[str, Any] = field(default_factory=dict)
    traces: str = ""
    otlp: str = ""
    logs: str = ""
    keep: bool = False
    environment: dict[str, dict[str, str]] = field(default_factory=dict)
    clock: dict[str, Any] = field(default_factory=dict)
    control: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Whether the process that owns this stack still lives."""
        return is_same_process(self.pid, self.started)

    def write(self) -> None:
        """Replace the state file in one step, readable by its owner only."""
        path = state_file(self.name)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        private_file(draft, json.dumps(asdict(self), indent=2))
        draft.replace(path)


def private_file(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first moment on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)


def state_file(name: str = DEFAULT_NAME) -> Path:
    """`build/stack.json`, or `build/stack-<name>.json` for a named stack."""
    return workspace.build_folder() / ("stack.json" if name == DEFAULT_NAME else f"stack-{name}.json")


def data_folder(name: str = DEFAULT_NAME) -> Path:
    """Where a stack keeps its servers' data, its keys and its logs."""
    return workspace.build_folder() / f"stack-{name}"


def read(path: Path) -> StackDescription | None:
    """The description in this file, or None when there is none or it is not readable as one."""
    try:
        return StackDescription(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def find(name: str = DEFAULT_NAME) -> StackDescription:
    """The live stack of this name; a stale state file counts as none. Raises StackNotRunning."""
    found = read(state_file(name))
    if found is None or not found.alive:
        raise StackNotRunning(name)
    return found


def all_known() -> list[StackDescription]:
    """Every stack with a state file in this checkout, live or stale."""
    found = [read(path) for path in sorted(workspace.build_folder().glob("stack*.json"))]
    return [one for one in found if one is not None]


def sweep_stale() -> list[str]:
    """Remove what stacks left behind whose owner is gone (it was killed); their names."""
    stale = [one for one in all_known() if not one.alive]
    for one in stale:
        state_file(one.name).unlink(missing_ok=True)
        if not one.keep:
            remove_data(one.name, with_logs=one.name != DEFAULT_NAME)
    return [one.name for one in stale]


def of_this_process(name: str, logs: Path) -> StackDescription:
    """A new description owned by the running process."""
    return StackDescription(name, os.getpid(), start_time(os.getpid()) or 0, logs=str(logs))


def remove_data(name: str, *, with_logs: bool = True) -> None:
    """Throw away a stack's data and keys, and its logs if so wished."""
    folder = data_folder(name)
    if with_logs or not folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        return
    for child in folder.iterdir():
        if child.is_dir() and child.name != "logs":
            shutil.rmtree(child, ignore_errors=True)
        elif child.is_file():
            child.unlink()
