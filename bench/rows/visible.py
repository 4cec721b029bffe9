"""How soon an answer of one service is visible in the view of another, at a steady rate.

Announcer and listener are processes of their own, as two services are. A fact is visible when the listener's
transaction is through. All processes tell the time by the machine's own monotonic clock.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import uvloop
from chassis.clock import system_now
from chassis.consumer import Consumer
from chassis.facts import Fact
from chassis.ids import new_id
from chassis.runtime import Parts, Runtime
from chassis.scopes import Dealers
from chassis.unit import Unit
from sevenstep.description import StackDescription

from bench.figures import Row, check, percentile
from bench.ground import Ground
from bench.raw_messaging import RawConsumer, RawRelay, Record, into_views, make_collections
from bench.rows.consume import ended
from bench.seed import as_kept
from bench.size import Size
from bench.toy import COUNTERS, COUNTING, DEALER, VIEWS, Counter, raised

RATES = (50, 200)
SETTLE_S = 9.0
"""Processes start, consumers get their partitions."""
WARM_S = 2.0
PATIENCE_S = 60.0
SAVES = 300

Stamps = dict[str, float]


@dataclass(frozen=True)
class Stretch:
    """So many commands a second from this instant on; ids begin with ``name``."""

    name: str
    begins: float
    rate: int
    seconds: float

    @property
    def ids(self) -> list[str]:
        return [f"{self.name}-{n}" for n in range(int(self.rate * self.seconds))]


@dataclass(frozen=True)
class Told:
    """What a process of this row must know."""

    servers: StackDescription
    size: Size
    service: str
    stretches: Sequence[Stretch]

    @property
    def ground(self) -> Ground:
        return Ground(self.servers, self.size, lambda _: None)

    @property
    def facts(self) -> int:
        return sum(len(stretch.ids) for stretch in self.stretches)


@dataclass(frozen=True)
class Heard:
    """When each id was saved, or visible, and what CPU each fact cost this process while it worked."""

    stamps: Stamps
    cpu_us: float
    insert_us: float = 0.0
    """Of ``cpu_us``, what saving alone costs, where it was measured."""


async def measure(ground: Ground) -> list[Row]:
    """Both pipelines stand the whole time and work in turns."""
    ours, raw = _plans(ground)
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        jobs = [(_chassis_announces, ours), (_chassis_listens, ours), (_raw_announces, raw), (_raw_listens, raw)]
        answers = [loop.run_in_executor(pool, job, told) for job, told in jobs]
        ground.tell(f"steady rates of {' and '.join(map(str, RATES))}/s, both pipelines in turns")
        saved, seen, raw_saved, raw_seen = await asyncio.gather(*answers)
    row = Row("answer of one service to the view of another", {})
    for rate, suffix in zip(RATES, ("", f"_{RATES[1]}"), strict=True):
        p50, p99 = _lateness(ours, rate, saved, seen)
        raw_p50, raw_p99 = _lateness(raw, rate, raw_saved, raw_seen)
        row.keys |= {f"visible_ms_p50{suffix}": p50, f"visible_ms_p99{suffix}": p99}
        row.more |= {f"by_hand_ms_p50{suffix}": raw_p50, f"by_hand_ms_p99{suffix}": raw_p99}
    row.more |= {
        "announce_cpu_us": saved.cpu_us, "announce_by_hand_cpu_us": raw_saved.cpu_us,
        "insert_by_hand_cpu_us": raw_saved.insert_us,
        "listen_cpu_us": seen.cpu_us, "listen_by_hand_cpu_us": raw_seen.cpu_us,
    }  # fmt: skip
    return [row]


def _plans(ground: Ground) -> tuple[Told, Told]:
    at = time.monotonic() + SETTLE_S
    ours, raw = [Stretch("warm", at, 100, WARM_S)], [Stretch("warm", at, 100, WARM_S)]
    at += WARM_S + 1.0
    for turn in range(ground.size.rounds):
        for rate, seconds in zip(RATES, ground.size.visible_s, strict=True):
            for side in (ours, raw):
                side.append(Stretch(f"r{turn}", at, rate, seconds))
                at += seconds + 0.5
    told = Told(ground.servers, ground.size, ground.new_service(), _named(ours))
    return told, replace(told, service=ground.new_service(), stretches=_named(raw))


def _named(stretches: list[Stretch]) -> list[Stretch]:
    return [replace(one, name=f"{one.name}-{one.rate}") for one in stretches]


def _lateness(told: Told, rate: int, saved: Heard, seen: Heard) -> tuple[float, float]:
    """Medians over the rounds, in milliseconds, of each round's median and 99th percentile."""
    check(seen.stamps.keys() == saved.stamps.keys(), f"{len(seen.stamps)} facts seen of {len(saved.stamps)} saved")
    rounds = []
    for stretch in told.stretches[1:]:
        if stretch.rate == rate:
            rounds.append([(seen.stamps[id] - saved.stamps[id]) * 1000 for id in stretch.ids])
    return (
        statistics.median(statistics.median(late) for late in rounds),
        statistics.median(percentile(late, 0.99) for late in rounds),
    )


# --- both announcers, both listeners ----------------------------------------------------------------------------------


async def _at_a_steady_rate(told: Told, save: Callable[[str], Awaitable[None]]) -> Heard:
    stamps: Stamps = {}
    cpu = 0.0

    async def one(id: str) -> None:
        await save(id)
        stamps[id] = time.monotonic()

    for stretch in told.stretches:
        tasks = []
        await asyncio.sleep(max(0.0, stretch.begins - time.monotonic()))
        began = time.process_time()
        for n, id in enumerate(stretch.ids):
            await asyncio.sleep(max(0.0, stretch.begins + n / stretch.rate - time.monotonic()))
            tasks.append(asyncio.create_task(one(id)))
        await asyncio.gather(*tasks)
        cpu += time.process_time() - began
    await asyncio.sleep(2.0)  # the last facts are on their way
    return Heard(stamps, cpu / told.facts * 1e6)


async def _until_all_seen(told: Told, stamps: Stamps) -> Heard:
    """CPU is counted in this pipeline's own stretches only; while the other one works, this one idles."""
    cpu = 0.0
    for stretch in told.stretches:
        await asyncio.sleep(max(0.0, stretch.begins - time.monotonic()))
        began = time.process_time()
        await asyncio.sleep(stretch.seconds + 0.2)
        cpu += time.process_time() - began
    async with asyncio.timeout(PATIENCE_S):
        while len(stamps) < told.facts:
            await asyncio.sleep(0.05)
    return Heard(stamps, cpu / told.facts * 1e6)


# --- the chassis ------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _running(told: Told, database: str, parts: Parts) -> AsyncIterator[Runtime]:
    runtime = Runtime(parts, told.ground.settings(told.service, f"{told.service}_{database}"))
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


def _chassis_announces(told: Told) -> Heard:
    async def work() -> Heard:
        event = raised(told.service)
        async with _running(told, "a", Parts(told.service, [COUNTERS])) as runtime:

            async def save(id: str) -> None:
                unit = runtime.unit(scope=Dealers.of(DEALER), actor="bench")
                unit.add(COUNTERS, Counter(id), [event(by=1)])
                await unit.commit()

            return await _at_a_steady_rate(told, save)

    return uvloop.run(work())


def _chassis_listens(told: Told) -> Heard:
    async def work() -> Heard:
        stamps: Stamps = {}

        async def follow(unit: Unit, fact: Fact[Any]) -> None:
            unit.add(VIEWS, Counter(fact.key, fact.event.by))

        consumer = Consumer("views", {raised(told.service): follow})
        async with _running(told, "b", Parts(told.service, [VIEWS], [consumer])) as runtime:
            commit = runtime.store.commit

            async def commit_and_stamp(changes: Any, also: Any = None) -> None:
                await commit(changes, also)
                stamps.update(dict.fromkeys((change.id for change in changes), time.monotonic()))

            runtime.store.commit = commit_and_stamp
            heard = await _until_all_seen(told, stamps)
            found = await runtime.database["views"].count_documents({"value": 1, "_version": 1})
            check(found == told.facts, f"{found} views of {told.facts} facts")
            return heard

    return uvloop.run(work())


# --- by hand ----------------------------------------------------------------------------------------------------------


def _raw_announces(told: Told) -> Heard:
    async def work() -> Heard:
        database = f"{told.service}_a"
        data = raised(told.service)(by=1).model_dump_json()
        async with told.ground.mongo() as mongo:
            await make_collections(mongo[database])
            relay = RawRelay(told.ground.kafka, f"{told.service}.events", mongo, database, COUNTING)
            await relay.start()
            following = asyncio.create_task(relay.follow())

            async def save(id: str) -> None:
                now = system_now()
                fact = {"seq": 1, "id": new_id(), "type": f"{told.service}.raised.v1", "data": data, "at": now,
                        "recorded_at": now, "actor": "bench", "visit_id": None, "traceparent": ""}  # fmt: skip
                await mongo[database]["counters"].insert_one(as_kept(COUNTERS, Counter(id), [fact]))

            insert_us = await _saving_alone(mongo[database]["plain"])
            try:
                return replace(await _at_a_steady_rate(told, save), insert_us=insert_us)
            finally:
                await ended(following)
                await relay.stop()

    return uvloop.run(work())


async def _saving_alone(collection: Any) -> float:
    """CPU of one insert with nobody listening, in microseconds."""
    for turn in ("warm", "counted"):
        began = time.process_time()
        for n in range(SAVES):
            await collection.insert_one(as_kept(COUNTERS, Counter(f"{turn}-{n}")))
    return (time.process_time() - began) / SAVES * 1e6


def _raw_listens(told: Told) -> Heard:
    async def work() -> Heard:
        stamps: Stamps = {}

        def stamp(records: Sequence[Record]) -> None:
            stamps.update(dict.fromkeys((key for key, *_ in records), time.monotonic()))

        database = f"{told.service}_b"
        async with told.ground.mongo() as mongo:
            await make_collections(mongo[database])
            consumer = RawConsumer(told.ground.kafka, f"{told.service}.events", mongo, database, 200)
            task = asyncio.create_task(consumer.run(into_views, stamp))
            try:
                heard = await _until_all_seen(told, stamps)
                found = await mongo[database]["views"].count_documents({"value": 1})
                check(found == told.facts, f"{found} views of {told.facts} facts")
                return heard
            finally:
                await ended(task)

    return uvloop.run(work())
