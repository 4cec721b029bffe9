"""``python -m bench``: measures every row, prints the table, writes ``build/bench.json``. A failed check fails it."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.markup import escape
from sevenstep.stack import Stack, StackOptions

from bench import report
from bench.figures import Row
from bench.ground import Ground
from bench.rows import consume, front, http, react, relay, start, timers, visible, visit
from bench.size import SIZES, Size

MEASURES: dict[str, Callable[[Ground], Coroutine[Any, Any, list[Row]]]] = {
    "start": start.measure,
    "consume": consume.measure,
    "react": react.measure,
    "relay": relay.measure,
    "visible": visible.measure,
    "timers": timers.measure,
    "http": http.measure,
    "front": front.measure,
}
VISIT = "visit"
"""Priced by the other rows, on a platform of its own."""
ROWS = (*MEASURES, VISIT)
CANCELLED_S = 20


async def run(size: Size, names: list[str], to: Path) -> bool:
    """Measures these rows one after the other, each on the same servers; whether all of them could be measured.

    The file is written after each: one that fails or hangs is told there and takes no other's figures with it.
    """
    console, began, rows = Console(), time.monotonic(), list[Row]()
    failed: dict[str, str] = {}

    def tell(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.0f} s[/]  {text}")

    with Stack(StackOptions(name=f"bench-{os.getpid()}", services=[], discard=True)) as stack:
        about = report.surroundings(stack.description)
        ground = Ground(stack.description, size, tell)
        for name in (name for name in ROWS if name in names):
            tell(f"[bold]{name}")
            measuring = visit.measure(ground, rows) if name == VISIT else MEASURES[name](ground)
            try:
                rows += await within(size.row_s, measuring)
            except Exception as wrong:
                failed[name] = f"{type(wrong).__name__}: {wrong}"
                tell(f"[red]{name} could not be measured: {escape(failed[name])}")
                console.print_exception()
            report.write(to, about, size.name, rows, failed)
    report.show(about, rows)
    for name, why in failed.items():
        tell(f"[red]{name} could not be measured: {escape(why)}")
    console.print(f"{time.monotonic() - began:.0f} s. Written to {to}")
    return not failed


async def within(seconds: float, measuring: Coroutine[Any, Any, list[Row]]) -> list[Row]:
    """Raises ``TimeoutError`` when it takes longer. It is cancelled again and again: the driver may swallow one."""
    task = asyncio.create_task(measuring)
    await asyncio.wait([task], timeout=seconds)
    for _ in range(CANCELLED_S):
        if task.done():
            break
        task.cancel()
        await asyncio.wait([task], timeout=1.0)
    if task.done() and not task.cancelled():
        return task.result()
    raise TimeoutError(f"not done within {seconds:.0f} s")


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--size", choices=SIZES, default="full")
    asked.add_argument("--rows", default=",".join(ROWS), help="Some of: " + ", ".join(ROWS))
    asked.add_argument("--to", type=Path, default=Path("build/bench.json"))
    given = asked.parse_args()
    if not uvloop.run(run(SIZES[given.size], given.rows.split(","), given.to)):
        sys.exit(1)


if __name__ == "__main__":
    main()
