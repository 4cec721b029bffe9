"""What people see of a stack: its progress while it starts, and its tables."""

import time
from types import TracebackType

import httpx2
from rich.console import Console
from rich.live import Live
from rich.table import Table

from sevenstep import loopback
from sevenstep.description import StackDescription
from sevenstep.proc import start_time

console = Console()
complaints = Console(stderr=True)


class StartDisplay:
    """Live lines on a terminal, plain lines elsewhere. Use as a context; call it with each part's state."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._parts: dict[str, str] = {}
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None

    def __enter__(self) -> "StartDisplay":
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, part: str, state: str) -> None:
        """Show that a part is in this state now."""
        self._parts[part] = state
        if self._live:
            self._live.update(self._table(), refresh=True)
        elif state != "starting":
            console.print(f"{self.seconds:5.1f} s  {part}: {state}", highlight=False, soft_wrap=True)

    @property
    def seconds(self) -> float:
        """Since the display was made."""
        return time.monotonic() - self._begun

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for part, state in self._parts.items():
            sign = "[yellow]…[/]" if state == "starting" else "[green]✓[/]"
            table.add_row(sign, part, f"[dim]{state}[/]")
        table.caption = f"{self.seconds:.1f} s"
        return table


def show_stack(found: StackDescription) -> None:
    """Addresses and processes of a stack, each with what its health says now."""
    table = Table(title=f"Stack '{found.name}' ({found.kind}), owner {found.pid}")
    for heading in ("part", "where", "process", "state"):
        table.add_column(heading, overflow="fold")
    table.add_row("kafka", found.kafka.get("bootstrap", ""), "", found.parts.get("kafka", ""))
    table.add_row("mongo", found.mongo.get("url", "").rpartition("@")[2], "", found.parts.get("mongo", ""))
    table.add_row("issuer", found.issuer.get("url", ""), "", health(found.issuer.get("url", "")))
    table.add_row("traces", found.traces, "", found.parts.get("zipkin", "bridge only"))
    for processes in found.processes.values():
        for one in processes:
            table.add_row(one["name"], one["url"], str(one["pid"]), process_state(one["pid"], one["url"]))
    console.print(table)
    console.print(f"Clock: {found.clock.get('mode', '')}   Logs: {found.logs}", highlight=False, soft_wrap=True)


def process_state(pid: int, url: str) -> str:
    """`ended` when the process is gone, else what its readiness says."""
    return health(url) if pid and start_time(pid) is not None else "ended"


def health(url: str) -> str:
    """`ready`, or the status of `/health/ready`, or that nobody answers."""
    try:
        with loopback.client(3) as client:
            status = client.get(f"{url}/health/ready").status_code
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return "does not answer"
    return "ready" if status == 200 else f"not ready ({status})"
