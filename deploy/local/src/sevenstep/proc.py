"""Child processes: started in a group of their own, tied to their owner's life, stopped exactly and only by us."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

# A child's parent-death signal fires when the *thread* that started it ends, not only when the process does. So every
# child is started by this one thread, which lives as long as the owner.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="start-children")

_OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST_PORT = 15_000


class ProcessEnded(Exception):
    """A process ended before it was ready."""

    code = "process-ended"

    def __init__(self, name: str, status: int | None, log: Path) -> None:
        self.port_clash = "address already in use" in tail(log, 200).lower()
        super().__init__(f"{name} ended with status {status} before it was ready. Last lines of {log}:\n{tail(log)}")


class NotReadyInTime(Exception):
    """A process lives but did not become ready."""

    code = "not-ready-in-time"

    def __init__(self, name: str, seconds: float, log: Path) -> None:
        super().__init__(f"{name} was not ready after {seconds:.0f} s. Last lines of {log}:\n{tail(log)}")


def inherited() -> dict[str, str]:
    """This process's environment without anything that would configure a child behind our back.

    Children keep their bytecode: without it each start would compile all our sources again, a fifth of its time.
    """
    ours = ("SEVENSTEP_", "OTEL_", "UVICORN_", "PYTEST_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@dataclass
class Child:
    """A process we started, and may therefore stop."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def check(self) -> None:
        """Raise ProcessEnded if it is gone."""
        if not self.alive:
            raise ProcessEnded(self.name, self.process.returncode, self.log)

    def stop(self, grace: float = 15.0) -> None:
        """SIGTERM, wait up to `grace` seconds, then SIGKILL; also its children. Does nothing when it is gone."""
        if self.alive:
            self._signal(signal.SIGTERM)
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole group of this child."""
        if self.alive:
            self._signal(signal.SIGKILL)
            self.process.wait(10)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return


def start(
    name: str,
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    handles: Sequence[int] = (),
) -> Child:
    """Start a child whose output goes to `log`. It dies with this process, even when this process is killed.
    `handles`: open files of ours that it gets under the same numbers."""
    return _starter.submit(_start, name, command, log, environment, cwd, handles).result()


def _start(
    name: str,
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    cwd: Path | None,
    handles: Sequence[int],
) -> Child:
    tie = shutil.which("setpriv")
    tied = [tie, "--pdeathsig", "KILL", "--", *command] if tie else list(command)
    with log.open("ab") as out:
        process = subprocess.Popen(
            tied,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=cwd,
            pass_fds=handles,
            start_new_session=True,  # a Ctrl-C in the terminal reaches the owner, who stops its children in order
        )
    return Child(name, process, log)


def free_port() -> int:
    """A loopback port nobody listens on now. Somebody may take it before we do: whoever binds it retries."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many different ones, outside the range that outgoing connections take theirs from: such a connection could
    have the port of a process that is down for a moment and wants it back."""
    lowest = int(_OUTGOING.read_text().split()[0]) if _OUTGOING.exists() else 0
    with contextlib.ExitStack() as held:
        return [_bind_free(held.enter_context(socket.socket()), lowest) for _ in range(count)]


def _bind_free(probe: socket.socket, below: int) -> int:
    for _ in range(100 if below > _LOWEST_PORT else 0):
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(_LOWEST_PORT, below)))
            return probe.getsockname()[1]
    probe.bind(("127.0.0.1", 0))
    return probe.getsockname()[1]


def wait_for_port(child: Child, port: int, seconds: float) -> None:
    """Return when somebody listens there; usually the child. Raises ProcessEnded or NotReadyInTime."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        child.check()
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise NotReadyInTime(child.name, seconds, child.log)


def wait_for_words(child: Child, words: str, seconds: float) -> None:
    """Return when the child's log says so. Raises ProcessEnded or NotReadyInTime."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        child.check()
        if words in child.log.read_text(errors="replace"):
            return
        time.sleep(0.05)
    raise NotReadyInTime(child.name, seconds, child.log)


def start_time(pid: int) -> int | None:
    """When a process was started, in clock ticks since boot; None when there is none (or only its zombie)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else int(fields[19])


def is_same_process(pid: int, started: int) -> bool:
    """Whether the process with this number is still the one that started then."""
    return start_time(pid) == started


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, or an empty text."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
