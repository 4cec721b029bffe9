"""The whole platform as processes, once per test session, shared by all tests that ask for ``platform``.

Business time stands at 2025-06-20T00:00Z when it starts and only goes forward. Tests share it: each registers dealers
of its own, plans from the time the clock shows, and leaves every process running.
``SEVENSTEP_PLATFORM=build/stack.json`` names a running stack (manual clock) to use instead.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from demo.stack import Stack as Addresses
from sevenstep import loopback
from sevenstep.description import StackDescription, StackNotRunning, read
from sevenstep.stack import Stack, StackOptions

START = "2025-06-20T00:00:00Z"
CONTROL_S = 90.0


@dataclass
class Platform:
    """A running stack. ``owned`` is None when somebody else runs it; then its own door stops and starts processes."""

    description: StackDescription
    owned: Stack | None = field(default=None, repr=False)

    @property
    def addresses(self) -> Addresses:
        """What ``demo.client.Platform`` needs. Read it anew after a process was added."""
        return Addresses.of(vars(self.description))

    def urls(self, service: str) -> list[str]:
        """The addresses of all processes of a service."""
        return [process["url"] for process in self.description.processes[service]]

    def stop_process(self, name: str, kill: bool = False) -> None:
        """Stops one process, such as ``booking-2``; the test that does it restarts it."""
        if self.owned is not None:
            self.owned.stop_process(name, kill)
        else:
            self._ask("kill" if kill else "stop", name)

    def restart(self, name: str) -> None:
        """Starts a stopped process under its name and port, and waits until it is ready."""
        if self.owned is not None:
            self.owned.restart(name)
        else:
            self._ask("restart", name)

    def _ask(self, action: str, name: str) -> dict[str, Any]:
        door = self.description.control
        with loopback.client(CONTROL_S) as client:
            headers = {"Authorization": f"Bearer {door['token']}"}
            answer = client.post(f"{door['url']}/{action}/{name}", headers=headers)
        answer.raise_for_status()
        return json.loads(answer.text)


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """Every service as a process, booking twice, business time moved by hand."""
    given = os.environ.get("SEVENSTEP_PLATFORM")
    if given:
        running = read(Path(given))
        if running is None or not running.alive:
            raise StackNotRunning(given)
        yield Platform(running)
        return
    options = StackOptions(
        name=f"platform-{os.getpid()}", processes={"booking": 2}, clock="manual", clock_start=START, discard=True
    )
    with Stack(options) as stack:
        yield Platform(stack.description, stack)
