"""The service processes of a stack."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sevenstep import loopback, proc, workspace
from sevenstep.description import StackDescription
from sevenstep.doors import Door
from sevenstep.environment import of_process
from sevenstep.operations import Operator

_READY_SECONDS = 60.0
_STOP_SECONDS = 28.0  # a service may finish what it has begun for 25 s


Front = Callable[[str, int], int]
"""(process, its port) -> the port its callers are told: its own, or one that leads there."""


def themselves(process: str, port: int) -> int:
    """Nothing stands before the processes."""
    return port


class UnknownProcess(Exception):
    """No process of this name was started in this stack."""

    code = "unknown-process"

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"No process '{name}'. Known: {', '.join(known) or 'none'}.")


class Fleet:
    """Starts, stops and restarts service processes, and writes them into the stack's description."""

    def __init__(
        self,
        description: StackDescription,
        logs: Path,
        environment: dict[str, str],
        write: Callable[[], None],
        step: Callable[[str, str], None],
        front: Front = themselves,
    ) -> None:
        self._description = description
        self._logs = logs
        self._environment = environment
        self._write = write
        self._step = step
        self._front = front
        self._children: dict[str, proc.Child] = {}
        self._stopped: set[str] = set()
        self._doors: dict[str, Door] = {}
        self._naming = threading.Lock()

    def start_all(self, services: list[str], processes: dict[str, int]) -> None:
        """Start every wanted process at once and return when all are ready."""
        wanted = [service for service in services for _ in range(processes.get(service, 1))]
        if wanted:
            with ThreadPoolExecutor(len(wanted), thread_name_prefix="start-services") as pool:
                list(pool.map(self.add, wanted))

    def add(self, service: str) -> str:
        """One more process of a service; its name when it is ready."""
        if service not in workspace.runnable_services():
            raise UnknownProcess(service, workspace.runnable_services())
        with self._naming:
            known = self._description.processes.setdefault(service, [])
            name = f"{service}-{len(known) + 1}"
            known.append({"name": name, "url": "", "pid": 0})
        self._give_door(service, name)
        self._run(service, name, {})
        return name

    def _give_door(self, service: str, name: str) -> None:
        door = self._doors[name] = Door()
        url = self._entry(service, name)["url"] = f"http://127.0.0.1:{self._front(name, door.port)}"
        if name.endswith("-1"):
            self._description.services[service] = url

    def _entry(self, service: str, name: str) -> dict[str, Any]:
        return next(one for one in self._description.processes[service] if one["name"] == name)

    def stop_process(self, name: str, kill: bool) -> None:
        """SIGTERM and wait, or SIGKILL."""
        child = self.child(name)
        self._stopped.add(name)
        if kill:
            child.kill()
        else:
            child.stop(_STOP_SECONDS)

    def expect_end(self, name: str) -> None:
        """Somebody else will stop it on purpose: then it has not fallen."""
        self._stopped.add(name)

    def restart(self, name: str, settings: dict[str, str], *, wait: bool = True) -> None:
        """Start a process anew under its name and port, with `settings` on top of its own this time; return when it is
        ready, or at once. Callers of one that lives are not refused meanwhile: they wait for the new one."""
        self._doors[name].handing_over = self.child(name).alive
        self.stop_process(name, kill=False)
        self._run(name.rpartition("-")[0], name, settings, wait)

    def roll(self, service: str) -> list[str]:
        """Replace every living process of a service by a new one, one after the other; their names."""
        if service not in self._description.processes:
            raise UnknownProcess(service, sorted(self._description.processes))
        names = [one["name"] for one in self._description.processes[service]]
        living = [name for name in names if self._children[name].alive]
        for name in living:
            self.restart(name, {})
        return living

    def _moved_clock(self, name: str) -> dict[str, str]:
        """A process that joins later starts at the business time the others have been moved to."""
        if self._description.clock.get("mode") != "manual" or not self._stack_is_ready():
            return {}
        operator = Operator(self._description)
        for other in operator.processes():
            child = self._children.get(other.name)
            if other.name != name and child is not None and child.alive:
                return {"SEVENSTEP_CLOCK_START": operator.call(other, "GET", "/ops/clock")["now"]}
        return {}

    def _stack_is_ready(self) -> bool:
        return self._description.state == "ready"

    def stop(self) -> None:
        """Stop all, at the same time."""
        if self._children:
            with ThreadPoolExecutor(len(self._children)) as pool:
                list(pool.map(lambda child: child.stop(_STOP_SECONDS), self._children.values()))

    def fallen(self) -> list[str]:
        """Processes that ended without having been told to."""
        return [name for name, child in self._children.items() if not child.alive and name not in self._stopped]

    def child(self, name: str) -> proc.Child:
        """The process that runs, or ran last, under this name. Raises UnknownProcess."""
        if name not in self._children:
            raise UnknownProcess(name, sorted(self._children))
        return self._children[name]

    def _run(self, service: str, name: str, settings: dict[str, str], wait: bool = True) -> None:
        door, port = self._doors[name], self._doors[name].port
        own = of_process(self._description.environment[service], name, port)
        own |= {"SEVENSTEP_PUBLIC_URL": self._entry(service, name)["url"]} | self._moved_clock(name) | settings
        self._step(name, "starting")
        log = self._logs / f"{name}.log"
        command = [sys.executable, "-m", "chassis.serve", f"{service}.main:app", "--fd", str(door.handle)]
        door.settled()
        child = proc.start(name, command, log, self._environment | own, workspace.root(), [door.handle])
        door.served_by(child)
        self._children[name] = child
        self._entry(service, name)["pid"] = child.pid
        self._stopped.discard(name)
        self._write()
        if wait:
            loopback.wait_until_healthy(child, f"http://127.0.0.1:{port}/health/ready", _READY_SECONDS)
            self._step(name, "ready")


def uvicorn_command(app: str, port: int) -> list[str]:
    """How an application is served: one process, on loopback."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--timeout-graceful-shutdown", "20"]
    return [sys.executable, "-m", "uvicorn", app, *options]
