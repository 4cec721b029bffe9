"""``python -m bench``: measures every row, prints the table, writes ``build/bench.json``. A failed check fails it."""

import argparse
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop
from rich.console import Console
from sevenstep.stack import Stack, StackOptions

from bench import report
from bench.figures import Row
from bench.ground import Ground
from bench.rows import consume, http, react, relay, start, timers, visible, visit
from bench.size import SIZES, Size

MEASURES: dict[str, Callable[[Ground], Awaitable[list[Row]]]] = {
    "start": start.measure,
    "consume": consume.measure,
    "react": react.measure,
    "relay": relay.measure,
    "visible": visible.measure,
    "timers": timers.measure,
    "http": http.measure,
}
VISIT = "visit"
"""Priced by the other rows, on a platform of its own."""
ROWS = (*MEASURES, VISIT)


async def run(size: Size, names: list[str], to: Path) -> None:
    """Measures these rows one after the other, each on the same servers."""
    console, began, rows = Console(), time.monotonic(), list[Row]()

    def tell(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.0f} s[/]  {text}")

    with Stack(StackOptions(name=f"bench-{os.getpid()}", services=[], discard=True)) as stack:
        about = report.surroundings(stack.description)
        ground = Ground(stack.description, size, tell)
        for name in (name for name in MEASURES if name in names):
            tell(f"[bold]{name}")
            rows += await MEASURES[name](ground)
        if VISIT in names:
            tell(f"[bold]{VISIT}")
            rows.append(await visit.measure(ground, rows))
    report.show(about, rows)
    report.write(to, about, size.name, rows)
    console.print(f"{time.monotonic() - began:.0f} s. Written to {to}")


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--size", choices=SIZES, default="full")
    asked.add_argument("--rows", default=",".join(ROWS), help="Some of: " + ", ".join(ROWS))
    asked.add_argument("--to", type=Path, default=Path("build/bench.json"))
    given = asked.parse_args()
    uvloop.run(run(SIZES[given.size], given.rows.split(","), given.to))


if __name__ == "__main__":
    main()
