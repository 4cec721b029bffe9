"""What comes out of a run: a table on the screen and a file, with the machine, the versions and the date."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from rich.console import Console
from rich.table import Table
from sevenstep.description import StackDescription

from bench.figures import Row, Side
from bench.goals import GOALS, reached

PARTS = ("fastapi", "starlette", "uvicorn", "uvloop", "pydantic", "pymongo", "aiokafka", "opentelemetry-sdk", "msgspec")


def surroundings(servers: StackDescription) -> dict[str, Any]:
    """When and on what this runs, and how busy the machine is beside it."""
    with MongoClient[Any](servers.mongo["url"]) as client:
        mongod = client.server_info()["version"]
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cpu": _cpu(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "system": platform.platform(),
        },
        "versions": {"python": platform.python_version(), "mongod": mongod, "servers": servers.reason}
        | {name: version(name) for name in PARTS},
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def write(to: Path, about: Mapping[str, Any], size: str, rows: Sequence[Row], failed: Mapping[str, str]) -> None:
    """Every key at the top of the file; below it, what each row measured on both sides, and why some were not."""
    keys = {name: round(value, 4) for row in rows for name, value in row.keys.items()}
    goals = {name: " ".join(map(str, GOALS[name])) for name in keys if name in GOALS}
    details = [
        {
            "what": row.what,
            "keys": list(row.keys),
            **{name: asdict(side) for name, side in row.sides.items()},
            **row.more,
        }
        for row in rows
    ]
    about = {**about, "load_at_end": round(os.getloadavg()[0], 2), "size": size}
    told = {**about, **keys, "goals": goals, "failed": dict(failed), "rows": details}
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(told, indent=1, default=str))


def show(about: Mapping[str, Any], rows: Sequence[Row]) -> None:
    """The table. Machine time is CPU of our process for one operation; the store's stands behind the stroke."""
    machine = about["machine"]
    load = f"load {about['load_at_start']} at the start, {os.getloadavg()[0]:.2f} now"
    table = Table(title=f"{machine['cpu']}, {machine['cores']} cores, {about['date']}, {load}")
    for heading in ("row", "ours /s", "by hand /s", "ours µs", "by hand µs", "key", "value", "goal", ""):
        table.add_column(heading, justify="left" if heading in ("row", "key") else "right")
    for row in rows:
        told = [row.what, *_sides(row)]
        for name, value in row.keys.items():
            bound, goal = GOALS.get(name, ("", float("nan")))
            mark = "" if not bound else "ok" if reached(name, value) else "missed"
            table.add_row(*told, name, f"{value:,.3f}", f"{bound} {goal:g}" if bound else "", mark)
            told = [""] * 5
        for name, value in row.more.items():
            if isinstance(value, int | float):
                table.add_row(*told, f"[dim]{name}", f"[dim]{value:,.2f}", "", "")
                told = [""] * 5
        table.add_section()
    Console(width=170).print(table)


def _sides(row: Row) -> list[str]:
    ours, raw = row.sides.get("ours"), row.sides.get("raw")
    return [_rate(ours), _rate(raw), _cost(ours), _cost(raw)]


def _rate(side: Side | None) -> str:
    return f"{side.rate:,.0f}" if side else ""


def _cost(side: Side | None) -> str:
    return f"{side.cpu:,.0f} / {side.store_cpu:,.0f}" if side else ""
