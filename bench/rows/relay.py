"""An outbox that is full after an outage: from the store to Kafka, until nothing is pending."""

import asyncio
import gc
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

from chassis.clock import system_now
from chassis.documents import Raw
from chassis.ids import new_id
from chassis.runtime import Parts, Runtime
from pymongo.asynchronous.database import AsyncDatabase

from bench.figures import Row, Side, check, ratio, spending
from bench.ground import Ground
from bench.raw_messaging import PENDING, RawRelay, make_collections
from bench.rows.consume import alive
from bench.seed import as_kept, insert
from bench.toy import COUNTERS, COUNTING, Counter, counter_id, raised

PATIENCE_S = 60.0
FACTS_EACH = 2
"""Of each document, as after two commands."""


async def measure(ground: Ground) -> list[Row]:
    """Sent and acknowledged is one time, trimmed out of the documents too is the other; the key is the latter."""
    ours, raw = Side(), Side()
    ours_sent: list[float] = []
    raw_sent: list[float] = []
    service = ground.new_service()
    for turn in range(ground.size.rounds):
        await _chassis(ground, service, f"{service}_ours{turn}", ours, ours_sent)
        await _raw(ground, service, f"{service}_raw{turn}", raw, raw_sent)
        ground.tell(f"round {turn + 1}: {ours.per_s[-1]:,.0f}/s, by hand {raw.per_s[-1]:,.0f}/s")
    what = f"{ground.size.relay_events:,} pending facts to Kafka and out of the outbox"
    more = {
        "acknowledged_per_s": statistics.median(ours_sent),
        "acknowledged_by_hand_per_s": statistics.median(raw_sent),
    }
    return [Row(what, {"relay_ratio": ratio(ours, raw)}, {"ours": ours, "raw": raw}, more)]


async def _seed(ground: Ground, database: AsyncDatabase[Any], service: str) -> None:
    data = raised(service)(by=1).model_dump_json()
    documents = ground.size.relay_events // FACTS_EACH
    await insert(database, COUNTERS, (_counter(n, service, data) for n in range(documents)))


def _counter(n: int, service: str, data: str) -> Raw:
    now = system_now()
    facts = [
        {"seq": seq, "id": new_id(), "type": f"{service}.raised.v1", "data": data, "at": now, "recorded_at": now,
         "actor": "bench", "visit_id": None, "traceparent": ""}
        for seq in range(1, FACTS_EACH + 1)
    ]  # fmt: skip
    return as_kept(COUNTERS, Counter(counter_id(n)), facts)


async def _chassis(ground: Ground, service: str, database: str, side: Side, acknowledged: list[float]) -> None:
    runtime = Runtime(Parts(service, [COUNTERS]), ground.settings(service, database))
    await runtime.store.prepare([COUNTERS])
    await _seed(ground, runtime.database, service)

    async def emptied() -> None:
        while await runtime.relay.pending():
            await asyncio.sleep(0.01)

    await runtime.start()
    try:
        await _timed(ground, side, acknowledged, lambda: runtime.relay.sent, emptied)
        await _check(ground, runtime.database, runtime.relay.sent)
    finally:
        await runtime.stop()


async def _raw(ground: Ground, service: str, database: str, side: Side, acknowledged: list[float]) -> None:
    async with ground.mongo() as mongo:
        await make_collections(mongo[database])
        await _seed(ground, mongo[database], service)
        relay = RawRelay(ground.kafka, f"{service}.events", mongo, database, COUNTING)
        await relay.start()
        draining = asyncio.create_task(relay.drain())
        try:
            await _timed(ground, side, acknowledged, lambda: alive(draining, relay.sent), lambda: draining)
            await _check(ground, mongo[database], relay.sent)
        finally:
            await relay.stop()


async def _timed(
    ground: Ground,
    side: Side,
    acknowledged: list[float],
    sent: Callable[[], int],
    emptied: Callable[[], Awaitable[Any]],
) -> None:
    """From the first facts that Kafka acknowledged; what starting takes is not counted."""
    events = ground.size.relay_events
    gc.collect()
    async with asyncio.timeout(PATIENCE_S):
        while sent() == 0:
            await asyncio.sleep(0.001)
    first, began = sent(), time.perf_counter()
    check(first < events, f"{events} facts are too few to be timed: they were sent at once")
    async with asyncio.timeout(PATIENCE_S):
        with spending([os.getpid()], ground.store) as spent:
            while sent() < events:
                await asyncio.sleep(0.001)
            acknowledged.append((events - first) / (time.perf_counter() - began))
            await emptied()
    side.add(spent, events - first)


async def _check(ground: Ground, database: AsyncDatabase[Any], sent: int) -> None:
    check(sent == ground.size.relay_events, f"{sent} facts sent of {ground.size.relay_events}")
    left = await database["counters"].count_documents(dict(PENDING))
    check(left == 0, f"{left} documents still have pending facts")
    await database.client.drop_database(database.name)
