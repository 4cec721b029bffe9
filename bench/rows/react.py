"""A use case as consumer: load an aggregate, decide, save it, announce. Done when Kafka has what was announced."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from chassis.clock import system_now
from chassis.consumer import Consumer
from chassis.facts import Fact, by_key
from chassis.ids import new_id
from chassis.outbox import LOOK_PAUSE_S
from chassis.runtime import Parts, Runtime
from chassis.unit import Unit
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from bench.figures import Row, Side, check, ratio
from bench.ground import PARTITIONS, Ground
from bench.raw_messaging import RawConsumer, RawRelay, Record, make_collections
from bench.rows.consume import alive, ended, timed
from bench.seed import as_kept, insert
from bench.toy import COUNTERS, COUNTING, Counter, counter_id, fill, raised

BATCH = 200
"""Reactors stay within this, so that nobody waits long for their transaction."""
AGGREGATES = 1_000


async def measure(ground: Ground) -> list[Row]:
    """Both sides read the same topic into new databases and announce on the same other topic."""
    events, heard, own = ground.size.react_events, ground.new_service(), ground.new_service()
    await fill(ground, heard, events, AGGREGATES)
    ours, raw = Side(), Side()
    for turn in range(ground.size.rounds):
        await _chassis(ground, heard, own, f"{own}_ours{turn}", ours)
        await _raw(ground, heard, own, f"{own}_raw{turn}", raw)
        ground.tell(f"round {turn + 1}: {ours.per_s[-1]:,.0f}/s, by hand {raw.per_s[-1]:,.0f}/s")
    more = {"facts_announced": events, "aggregates": min(AGGREGATES, events), "batch": BATCH}
    what = f"a use case for each of {events:,} facts: load, decide, save, announce"
    return [Row(what, {"react_ratio": ratio(ours, raw)}, {"ours": ours, "raw": raw}, more)]


async def _seed(ground: Ground, database: AsyncDatabase[Any]) -> None:
    ids = [counter_id(n) for n in range(min(AGGREGATES, ground.size.react_events))]
    await insert(database, COUNTERS, (as_kept(COUNTERS, Counter(id)) for id in ids))


async def _chassis(ground: Ground, heard: str, own: str, database: str, side: Side) -> None:
    announced = raised(own)

    async def react(unit: Unit, fact: Fact[Any]) -> None:
        counter = await unit.get(COUNTERS, fact.key)
        counter.value += fact.event.by
        unit.save(COUNTERS, counter, [announced(by=counter.value)])

    consumer = Consumer("reactor", {raised(heard): react}, batch=BATCH, reads={COUNTERS: by_key}, apart=True)
    runtime = Runtime(Parts(own, [COUNTERS], [consumer]), ground.settings(own, database))
    await runtime.store.prepare([COUNTERS])
    await _seed(ground, runtime.database)
    await runtime.start()
    events = ground.size.react_events
    try:
        begun = (PARTITIONS - 1) * BATCH
        await timed(ground, side, lambda: min(runtime.relay.sent, runtime.listening[0].applied), events, begun)
        await _check(ground, runtime.database)
    finally:
        await runtime.stop()


async def _raw(ground: Ground, heard: str, own: str, database: str, side: Side) -> None:
    async with ground.mongo() as mongo:
        await make_collections(mongo[database])
        await _seed(ground, mongo[database])
        consumer = RawConsumer(ground.kafka, f"{heard}.events", mongo, database, BATCH)
        relay = RawRelay(ground.kafka, f"{own}.events", mongo, database, COUNTING)
        await relay.start()
        tasks = [asyncio.create_task(consumer.run(_raise_counters)), asyncio.create_task(relay.follow(LOOK_PAUSE_S))]
        try:
            events = ground.size.react_events
            await timed(ground, side, lambda: min(alive(tasks[0], consumer.done), alive(tasks[1], relay.sent)), events)
            await _check(ground, mongo[database])
        finally:
            for task in tasks:
                await ended(task)
            await relay.stop()


async def _raise_counters(database: AsyncDatabase[Any], records: Sequence[Record]) -> Mapping[str, list[Any]]:
    """By hand: all aggregates of the batch in one read, one write for each."""
    found = database["counters"].find({"_id": {"$in": list({key for key, *_ in records})}}, {"_pending": 0})
    counters = {raw["_id"]: raw async for raw in found}
    pending: dict[str, list[Any]] = {}
    for key, _sequence, body, headers in records:
        counter, now = counters[key], system_now()
        counter["value"] += body.by
        pending.setdefault(key, []).append({
            "seq": counter["_sequence"] + len(pending.get(key, ())) + 1, "id": new_id(), "type": "bench.raised.v1",
            "data": f'{{"by":{counter["value"]},"filling":"{"x" * 560}"}}', "at": now, "recorded_at": now,
            "actor": headers["ce_actor"].decode(), "visit_id": None, "traceparent": "",
        })  # fmt: skip
    return {
        "counters": [
            UpdateOne(
                {"_id": key, "_version": counters[key]["_version"]},
                {
                    "$set": {"value": counters[key]["value"], "_sequence": facts[-1]["seq"]},
                    "$inc": {"_version": 1, "_pending_bytes": sum(len(fact["data"]) for fact in facts)},
                    "$push": {"_pending": {"$each": facts}},
                },
            )
            for key, facts in pending.items()
        ]
    }


async def _check(ground: Ground, database: AsyncDatabase[Any]) -> None:
    events = ground.size.react_events
    groups = [{"$group": {"_id": 0, "value": {"$sum": "$value"}, "announced": {"$sum": "$_sequence"}}}]
    summed = (await (await database["counters"].aggregate(groups)).to_list())[0]
    check(summed["value"] == events, f"counters were raised {summed['value']} times by {events} facts")
    check(summed["announced"] == events, f"{summed['announced']} facts announced for {events}")
    received = await database["inbox"].count_documents({})
    check(received == events, f"{received} inbox rows of {events} facts")
    await database.client.drop_database(database.name)
