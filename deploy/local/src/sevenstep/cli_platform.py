"""Commands on the stack itself: up, down, status, logs, restart, demo."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from sevenstep import description, loopback, workspace
from sevenstep.background import start_in_background, stop_in_background
from sevenstep.display import StartDisplay, complaints, console, show_stack
from sevenstep.options import THE_DEFAULT, Name, counts_of, names_of
from sevenstep.plan import StackOptions
from sevenstep.proc import start_time
from sevenstep.signals import ToldToStop, obey_signals

BEFORE_THE_DEMO = "2025-06-01T00:00:00+00:00"  # the player moves it to its own beginning; clocks only go forward
Clock = Annotated[str, typer.Option(help="`system`, or `manual`: business time stands still until it is moved.")]


class NoControl(Exception):
    """The stack's owner is a test or the demo, which takes no orders."""

    code = "no-control"

    def __init__(self, name: str) -> None:
        super().__init__(f"The stack '{name}' was not started by `sevenstep up`: its owner takes no orders.")


def up(
    name: Name = THE_DEFAULT,
    clock: Clock = "system",
    clock_start: Annotated[str, typer.Option(help="Where a manual clock starts (ISO 8601).")] = "",
    services: Annotated[str, typer.Option(help="Only these services: booking,crm")] = "",
    processes: Annotated[list[str] | None, typer.Option(help="Several of one: booking=2")] = None,
    traces: Annotated[bool, typer.Option(help="Start Zipkin, the viewer of traces.")] = True,
    no_services: Annotated[bool, typer.Option("--no-services", help="Only the servers, issuer and bridge.")] = False,
    trace_ratio: Annotated[float, typer.Option(help="Share of visits whose traces are kept.")] = 1.0,
    keep: Annotated[bool, typer.Option("--keep", help="Go on with the data of last time, and keep them.")] = False,
) -> None:
    """Start the stack in the background and return when everything is ready."""
    wanted = [] if no_services else names_of(services) or None
    options = StackOptions(
        name=name,
        services=wanted,
        processes=counts_of(processes or []),
        zipkin=traces,
        clock=clock,
        clock_start=clock_start,
        trace_ratio=trace_ratio,
        keep=keep,
    )
    obey_signals()
    with StartDisplay() as display:
        found = start_in_background(options, display)
    show_stack(found)
    console.print(f"Ready after {display.seconds:.1f} s. Everything is in {description.state_file(name)}")


def down(name: Name = THE_DEFAULT) -> None:
    """Stop the stack: exactly what it started."""
    try:
        stop_in_background(name)
    except description.StackNotRunning:
        description.sweep_stale()
        console.print(f"The stack '{name}' is not running.")
        return
    console.print(f"The stack '{name}' is stopped.")


def status(name: Name = THE_DEFAULT) -> None:
    """Show the stack's addresses, processes and health."""
    show_stack(description.find(name))


def logs(
    which: Annotated[str, typer.Argument(help="A service, a process (booking-1), or a server (kafka)")] = "",
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on as lines are written.")] = False,
    lines: Annotated[int, typer.Option("-n", help="How many last lines of each.")] = 20,
    name: Name = THE_DEFAULT,
) -> None:
    """Show the last lines of the logs."""
    folder = description.data_folder(name) / "logs"
    found = sorted(path for path in folder.glob("*.log") if which in {"", path.stem, path.stem.rpartition("-")[0]})
    if not found:
        known = ", ".join(sorted(path.stem for path in folder.glob("*.log"))) or "none"
        complaints.print(f"No log of '{which}'. There are: {known}")
        raise typer.Exit(1)
    command = ["tail", "-n", str(lines), *(["-F"] if follow else []), "-v", *map(str, found)]
    try:
        subprocess.run(command, check=False)
    except KeyboardInterrupt:
        return


def restart(
    process: Annotated[str, typer.Argument(help="Such as booking-1")],
    name: Name = THE_DEFAULT,
) -> None:
    """Stop a service process and start it again under its name and port; also one that has ended."""
    ask(name, "restart", process)
    console.print(f"{process} is ready again.")


def roll(
    service: Annotated[str, typer.Argument(help="Such as booking")],
    name: Name = THE_DEFAULT,
) -> None:
    """Replace every process of a service by a new one, one after the other: no caller is refused meanwhile."""
    console.print(f"Replaced: {ask(name, 'roll', service)['name']}.")


def ask(name: str, action: str, what: str) -> dict[str, str]:
    """Ask the owner of a running stack to do something with a process."""
    found = description.find(name)
    if not found.control:
        raise NoControl(name)
    headers = {"Authorization": f"Bearer {found.control['token']}"}
    with loopback.client(120) as client:
        answer = client.post(f"{found.control['url']}/{action}/{what}", headers=headers)
    if answer.status_code != 200:
        complaints.print(answer.json()["detail"], highlight=False)
        raise typer.Exit(1)
    return answer.json()


def demo(
    name: Name = THE_DEFAULT,
    traces: Annotated[bool, typer.Option(help="Start Zipkin, the viewer of traces.")] = True,
    clock_start: Annotated[str, typer.Option(help="Where the manual clock starts.")] = BEFORE_THE_DEMO,
) -> None:
    """Start everything with a manual clock and play a dealers' day. Stays up until Ctrl-C (not with DEMO_EXIT=1)."""
    from sevenstep.stack import Stack  # heavy: no other command needs the servers' clients

    options = StackOptions(name=name, zipkin=traces, clock="manual", clock_start=clock_start)
    obey_signals()
    outcome = 1
    try:
        with StartDisplay() as display:
            stack = Stack(options, display)
            stack.start()
        try:
            show_stack(stack.description)
            outcome = _play(description.state_file(name))
            if os.environ.get("DEMO_EXIT") != "1":
                console.print("Everything stays up. Ctrl-C stops it.")
                signal.pause()
        finally:
            stack.stop()
            console.print("Everything is stopped.")
    except ToldToStop:
        pass  # the day's outcome stands
    raise typer.Exit(outcome)


def _play(state: Path) -> int:
    """Run the player against this stack; its exit status."""
    environment = os.environ | {"SEVENSTEP_STACK": str(state)}
    player = subprocess.Popen([sys.executable, "-m", "demo"], env=environment, cwd=workspace.root())
    try:
        return player.wait()
    finally:
        if start_time(player.pid) is not None:
            player.terminate()
            player.wait(10)
