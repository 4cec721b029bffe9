"""What a stack shall be like, before anything of it exists. Commands read it without loading a server's client."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sevenstep.description import DEFAULT_NAME

PARTITIONS = 6  # of every topic; never changed afterwards, for the order of facts hangs on it

Progress = Callable[[str, str], None]
"""Told (part, state) as a stack starts."""


@dataclass
class StackOptions:
    """What to start.

    `services`: None for every service that can run, [] for none. `processes`: how many of a service, one if not said.
    `zipkin`: the viewer; the bridge with its own memory of traces always runs. `clock`: "system" or "manual", the
    latter from `clock_start` (ISO 8601; else now), the same for all processes. `extra`: settings for every service
    process. `keep`: go on with kept data, and leave it when stopped. `discard`: throw the logs away too when stopped
    in good order.
    """

    name: str = DEFAULT_NAME
    services: list[str] | None = None
    processes: dict[str, int] = field(default_factory=dict)
    zipkin: bool = False
    clock: str = "system"
    clock_start: str = ""
    trace_ratio: float = 1.0
    partitions: int = PARTITIONS
    extra: dict[str, str] = field(default_factory=dict)
    keep: bool = False
    discard: bool = False


class StackAlreadyRunning(Exception):
    """A live stack of this name exists."""

    code = "stack-already-running"

    def __init__(self, name: str) -> None:
        super().__init__(f"The stack '{name}' runs already. Stop it with `sevenstep down`, or give another --name.")


class UnknownService(Exception):
    """A service was asked for that has no folder, or no main.py yet."""

    code = "unknown-service"

    def __init__(self, names: set[str], known: list[str]) -> None:
        super().__init__(f"No such service: {', '.join(sorted(names))}. Known: {', '.join(known) or 'none yet'}.")
