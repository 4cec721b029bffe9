"""Facts into a projection: inbox, order of each aggregate and position included."""

import asyncio
import gc
import os
from collections.abc import Callable
from typing import Any

from chassis.consumer import Consumer
from chassis.facts import Fact, by_key
from chassis.runtime import Parts, Runtime
from chassis.unit import Unit

from bench.figures import Row, Side, check, ratio, spending
from bench.ground import PARTITIONS, Ground
from bench.raw_messaging import RawConsumer, into_views, make_collections
from bench.toy import VIEWS, Counter, fill, raised

BATCH = 500
AGGREGATES = 1_000
PATIENCE_S = 120.0
"""Nothing takes this long; a row that hangs is to say so."""


async def measure(ground: Ground) -> list[Row]:
    """Both sides read the same topic, each time into a new database."""
    events, service = ground.size.consume_events, ground.new_service()
    ground.tell(f"{events:,} facts are put on a topic")
    await fill(ground, service, events, AGGREGATES)
    ours, raw = Side(), Side()
    for turn in range(ground.size.rounds):
        await _chassis(ground, service, f"{service}_ours{turn}", ours)
        await _raw(ground, service, f"{service}_raw{turn}", raw)
        ground.tell(f"round {turn + 1}: {ours.per_s[-1]:,.0f}/s, by hand {raw.per_s[-1]:,.0f}/s")
    return [Row(f"{events:,} facts into a projection", {"consume_ratio": ratio(ours, raw)}, {"ours": ours, "raw": raw})]


async def fold(unit: Unit, fact: Fact[Any]) -> None:
    view = await unit.find(VIEWS, fact.key)
    if view is None:
        view = Counter(fact.key)
        unit.add(VIEWS, view)
    view.value += fact.event.by
    unit.save(VIEWS, view)


async def _chassis(ground: Ground, service: str, database: str, side: Side) -> None:
    consumer = Consumer("views", {raised(service): fold}, batch=BATCH, reads={VIEWS: by_key}, apart=True)
    runtime = Runtime(Parts(database, [VIEWS], [consumer]), ground.settings(service, database))
    await runtime.start()
    try:
        events, begun = ground.size.consume_events, (PARTITIONS - 1) * BATCH
        await timed(ground, side, lambda: sum(one.applied for one in runtime.listening), events, begun)
        await _check(ground, runtime.database)
    finally:
        await runtime.stop()


async def _raw(ground: Ground, service: str, database: str, side: Side) -> None:
    async with ground.mongo() as mongo:
        await make_collections(mongo[database])
        consumer = RawConsumer(ground.kafka, f"{service}.events", mongo, database, BATCH)
        task = asyncio.create_task(consumer.run(into_views))
        try:
            await timed(ground, side, lambda: alive(task, consumer.done), ground.size.consume_events)
            await _check(ground, mongo[database])
        finally:
            await ended(task)


async def _check(ground: Ground, database: Any) -> None:
    events = ground.size.consume_events
    summed = await (await database["views"].aggregate([{"$group": {"_id": 0, "all": {"$sum": "$value"}}}])).to_list()
    check(summed[0]["all"] == events, f"{summed[0]['all']} effects of {events} facts")
    received = await database["inbox"].count_documents({})
    check(received == events, f"{received} inbox rows of {events} facts")
    await database.client.drop_database(database.name)


async def timed(ground: Ground, side: Side, done: Callable[[], int], all_of_them: int, begun: int = 0) -> None:
    """From the first batch that was seen done to the last; what starting takes is not counted.

    ``begun``: facts on which work may have begun by then, side by side with that batch. They do not count either.
    """
    gc.collect()
    async with asyncio.timeout(PATIENCE_S):
        while done() == 0:
            await asyncio.sleep(0.002)
    first = done()
    check(first < all_of_them, f"{all_of_them} facts are too few to be timed: they were done at once")
    async with asyncio.timeout(PATIENCE_S):
        with spending([os.getpid()], ground.store) as spent:
            while done() < all_of_them:
                await asyncio.sleep(0.002)
    side.add(spent, max(all_of_them - first - begun, (all_of_them - first) // 2))


def alive(task: "asyncio.Task[None]", done: int) -> int:
    """What is done, as long as the task that does it lives. Raises what ended it."""
    if task.done():
        task.result()
    return done


async def ended(task: "asyncio.Task[None]") -> None:
    """Cancelled, again and again: the driver may swallow one."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=1.0)
