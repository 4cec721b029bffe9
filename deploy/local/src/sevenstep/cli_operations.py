"""Commands that look into a running platform and repair it: token, clock, trace."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.tree import Tree

from sevenstep import description
from sevenstep.display import complaints, console
from sevenstep.operations import fetch_token, move_clock, read_clock, traces_of
from sevenstep.options import THE_DEFAULT, Name

VISIT_TAG = "sevenstep.visit"

clock = typer.Typer(no_args_is_help=True, help="Show business time, or move it (stacks with --clock manual).")


def token(
    role: Annotated[list[str] | None, typer.Option(help="Repeatable: advisor, technician, manager …")] = None,
    dealer: Annotated[list[str] | None, typer.Option(help="Repeatable, at most 20.")] = None,
    scope: Annotated[str, typer.Option(help="network, area:<id> or group:<id>")] = "",
    subject: Annotated[str, typer.Option(help="Who it is for.")] = "",
    name: Name = THE_DEFAULT,
) -> None:
    """Print an access token of the embedded issuer."""
    who = subject or "-".join(role or ["somebody"])
    print(fetch_token(description.find(name), role or [], dealer or [], scope, who))


@clock.command("show")
def show_clock(name: Name = THE_DEFAULT) -> None:
    """Business time in every process."""
    for process, answer in read_clock(description.find(name)).items():
        console.print(f"{process}: {_now(answer)}", highlight=False)


@clock.command("move")
def move(
    time: Annotated[str, typer.Argument(help="ISO 8601 with a zone: 2025-06-23T08:00+08:00")], name: Name = THE_DEFAULT
) -> None:
    """Move business time of every process; returns when each has confirmed."""
    try:
        wanted = datetime.fromisoformat(time)
    except ValueError:
        wanted = None
    if wanted is None or wanted.tzinfo is None:
        complaints.print(f"'{time}' is not a time with a zone. Write it like 2025-06-23T08:00+08:00")
        raise typer.Exit(2)
    for process, answer in move_clock(description.find(name), wanted.isoformat()).items():
        console.print(f"{process}: {_now(answer)}", highlight=False)


def _now(answer: Any) -> str:
    return str(answer.get("now", answer)) if isinstance(answer, dict) else str(answer)


def trace(
    visit: Annotated[str, typer.Argument(help="A visit's id")],
    tag: Annotated[str, typer.Option(help="Which attribute to look for.")] = VISIT_TAG,
    name: Name = THE_DEFAULT,
) -> None:
    """One visit's story over all services: every trace that carries its id."""
    stack = description.find(name)
    found = traces_of(stack, tag, visit)
    if not found:
        complaints.print(f"No trace carries {tag}={visit}. The bridge remembers the last 100,000 spans.")
        raise typer.Exit(1)
    for spans in found:
        console.print(_tree(spans))
    if stack.traces != stack.otlp:
        console.print(f"In the viewer: {stack.traces}/zipkin/traces/{found[0][0]['traceId']}", soft_wrap=True)


def _tree(spans: list[dict[str, Any]]) -> Tree:
    begun = spans[0]["timestamp"]
    when = datetime.fromtimestamp(begun / 1e6).astimezone().isoformat(timespec="milliseconds")
    root = Tree(f"[bold]{spans[0]['traceId']}[/]  {when}  {len(spans)} spans")
    known = {span["id"] for span in spans}
    branches: dict[str, Tree] = {}
    for span in spans:
        parent = span.get("parentId", "")
        above = branches.get(parent, root) if parent in known else root
        service, name = span["localEndpoint"]["serviceName"], span["name"]
        offset = (span["timestamp"] - begun) / 1000
        wrong = "  [red]error[/]" if "error" in span["tags"] else ""
        text = f"[cyan]{service}[/] {name}  [dim]+{offset:.1f} ms, {span['duration'] / 1000:.1f} ms[/]{wrong}"
        branches[span["id"]] = above.add(text)
    return root
