"""``python -m bench.growth``: fills networks of growing size, asks each the same, writes a file of what it found."""

import argparse
import asyncio
import gc
import json
import os
import statistics
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop
from booking.storage import documents as booking_documents
from rich.console import Console
from rich.table import Table
from sevenstep.operations import fetch_token
from sevenstep.stack import Stack, StackOptions

from bench import size as bench_size
from bench.dealers import a_booking, a_dealer, a_week, dealer_id, settled, slot
from bench.figures import percentile
from bench.goals import GOALS, reached
from bench.ground import Ground, Served
from bench.growth import plans
from bench.growth.network import Made, Network, put_in
from bench.growth.questions import Question, questions
from bench.growth.size import SIZES, Size
from bench.load import Client, a_request, asked
from bench.report import surroundings
from bench.seed import as_kept

SETTLE_S = 30.0
WARM = 20

P99 = dict[str, dict[int, list[float]]]
"""Question -> dealers -> 99th percentile of each round, in milliseconds."""


async def run(size: Size, to: Path) -> None:
    console, began = Console(), time.monotonic()

    def tell(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.0f} s[/]  {text}")

    with Stack(StackOptions(name=f"growth-{os.getpid()}", services=[], discard=True)) as stack:
        about = surroundings(stack.description)
        ground = Ground(stack.description, bench_size.FULL, tell)
        networks, documents = await _fill(ground, size)
        async with _served(ground, networks) as ports:
            asked_of = {network.dealers: questions(network, stack.description) for network in networks}
            indexes = await _along_indexes(ground, networks, asked_of, ports)
            found = await _ask(size, asked_of, ports, tell)
    ratios = {
        name: statistics.median(by_size[size.dealers[-1]]) / statistics.median(by_size[size.dealers[0]])
        for name, by_size in found.items()
    }
    _show(size, found, ratios)
    told = {
        **about, "size": size.name, "dealers": size.dealers, "documents": documents,
        "appointments": [dealers * size.days * size.a_day for dealers in size.dealers],
        "growth_ratio_max": round(max(ratios.values()), 4), "goals": {"growth_ratio_max": GOALS["growth_ratio_max"]},
        "ratios": ratios, "p99_ms": found, "plans": indexes, "load_at_end": round(os.getloadavg()[0], 2),
    }  # fmt: skip
    _write(to, told)
    console.print(f"{time.monotonic() - began:.0f} s. Written to {to}")


# --- filling ----------------------------------------------------------------------------------------------------------


async def _fill(ground: Ground, size: Size) -> tuple[list[Network], list[int]]:
    first = datetime.now(UTC).date() + timedelta(days=1)
    networks = [Network(dealers, first, size) for dealers in size.dealers]
    made = await _make(ground, networks[0])
    counts = []
    async with ground.mongo() as mongo:
        for network in networks:
            counts.append(await put_in(mongo, network, made, booking_documents.ALL))
            ground.tell(f"{network.dealers:,} dealers: {counts[-1]:,} documents are in")
    return networks, counts


async def _make(ground: Ground, network: Network) -> Made:
    """One dealer's calendar and a day's appointments through booking's own doors."""
    dealer, database = dealer_id(0), "growth_made"
    advisor, manager = (fetch_token(ground.servers, [role], [dealer]) for role in ("advisor", "manager"))
    week = a_request("PUT", f"/dealers/{dealer}/weekly-capacity", manager, a_week(), {"if-none-match": "*"})
    with ground.serving("booking.main:app", "booking", database) as served:
        async with ground.mongo() as mongo:
            kept, kinds = mongo[database], booking_documents
            await kept["dealers"].insert_one(as_kept(kinds.DEALERS, a_dealer(0)))
            await asked(served.port, lambda: week, 200, 1)
            for n in range(network.size.a_day):
                body, key = a_booking(slot(network.first, 4 * n), n), {"idempotency-key": str(uuid.uuid4())}
                booking = a_request("POST", f"/dealers/{dealer}/appointments", advisor, body, key)
                await asked(served.port, lambda booking=booking: booking, 201, 1)
            async with asyncio.timeout(SETTLE_S):
                while await kept["appointments"].count_documents({"_pending.seq": {"$gt": 0}}):
                    await asyncio.sleep(0.1)
            raws = [await kept[name].find_one() for name in ("dealers", "calendars", "dealer_days", "appointments")]
    return Made(*(settled(raw) for raw in raws if raw is not None))


@asynccontextmanager
async def _served(ground: Ground, networks: list[Network]) -> AsyncIterator[dict[int, dict[str, Served]]]:
    async with AsyncExitStack() as stack:
        found: dict[int, dict[str, Served]] = {}
        for network in networks:
            found[network.dealers] = {
                service: stack.enter_context(ground.serving(f"{service}.main:app", service, database))
                for service, database in (("booking", network.booking), ("headquarters", network.headquarters))
            }
        yield found


# --- asking -----------------------------------------------------------------------------------------------------------


async def _along_indexes(
    ground: Ground,
    networks: list[Network],
    asked_of: Mapping[int, Mapping[str, Question]],
    ports: Mapping[int, Mapping[str, Served]],
) -> dict[str, int]:
    """Each question some times, with the store noting: afterwards every plan is known."""
    largest = networks[-1]
    databases = [largest.booking, largest.headquarters]
    async with ground.mongo() as mongo:
        for network in networks:  # the first answers of a process are no measure
            for question in asked_of[network.dealers].values():
                await _answered(question, ports[network.dealers], WARM)
        await plans.begin(mongo, databases)
        for question in asked_of[largest.dealers].values():
            await _answered(question, ports[largest.dealers], 2)
        return await plans.explained(mongo, databases)


async def _ask(
    size: Size, asked_of: Mapping[int, Mapping[str, Question]], ports: Mapping[int, Mapping[str, Served]], tell: Any
) -> P99:
    """Networks take turns in short stretches, so that whatever the machine does meets all of them."""
    names = list(next(iter(asked_of.values())))
    found: P99 = {name: {dealers: [] for dealers in asked_of} for name in names}
    for turn in range(size.rounds):
        for name in names:
            times: dict[int, list[float]] = {dealers: [] for dealers in asked_of}
            gc.collect()
            for _ in range(size.stretches):
                for dealers, questions_of in asked_of.items():
                    times[dealers] += await _answered(questions_of[name], ports[dealers], size.asked)
            for dealers, some in times.items():
                found[name][dealers].append(percentile(some, 0.99) * 1000)
        told = ", ".join(f"{name} {'/'.join(f'{by[-1]:.1f}' for by in found[name].values())}" for name in names)
        tell(f"round {turn + 1}, p99 in ms: {told}")
    return found


async def _answered(question: Question, served: Mapping[str, Served], times: int) -> list[float]:
    """Seconds of each answer; a question of several requests takes as long as all of them."""
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(Client(one.port)) for name, one in served.items()}
        return [sum([await clients[name].seconds(request) for name, request in question()]) for _ in range(times)]


def _write(to: Path, told: Mapping[str, Any]) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(told, indent=1, default=str))


def _show(size: Size, found: P99, ratios: Mapping[str, float]) -> None:
    table = Table(title="median of the rounds' 99th percentiles, in ms")
    for heading in ("question", *(f"{dealers:,} dealers" for dealers in size.dealers), "last / first", ""):
        table.add_column(heading)
    for name, by_size in found.items():
        values = (f"{statistics.median(values):.2f}" for values in by_size.values())
        mark = "ok" if reached("growth_ratio_max", ratios[name]) else "missed"
        table.add_row(name, *values, f"{ratios[name]:.2f}", mark)
    Console().print(table)


def main() -> None:
    asked_for = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    asked_for.add_argument("--size", choices=SIZES, default="full")
    asked_for.add_argument("--to", type=Path, default=Path("build/bench-growth.json"))
    given = asked_for.parse_args()
    uvloop.run(run(SIZES[given.size], given.to))


if __name__ == "__main__":
    main()
