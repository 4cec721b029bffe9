"""What the messaging core costs: events a second into a projection beside the raw parts, and how soon an answer of one
service is visible in the view of another."""

import asyncio
import json
import statistics
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from chassis.clock import system_now
from chassis.consumer import Consumer
from chassis.documents import Documents
from chassis.facts import Fact
from chassis.ids import new_id
from chassis.runtime import Parts, Runtime
from chassis.scopes import Dealers
from chassis.settings import ServiceSettings
from chassis.unit import Unit
from confluent_kafka.admin import AdminClient, NewTopic
from contracts.envelope import Envelope, to_headers
from contracts.event import Event
from pydantic import SecretStr
from pymongo import AsyncMongoClient, InsertOne, UpdateOne
from rich.console import Console
from rich.table import Table
from sevenstep.description import StackDescription
from sevenstep.stack import Stack, StackOptions

EVENTS, AGGREGATES, ROUNDS, BATCH = 10_000, 200, 3, 500
RATE, SECONDS = 50, 8
DEALER = "SH001"


@dataclass
class Counter:
    id: str
    value: int = 0
    dealer_id: str = DEALER


COUNTERS = Documents("counters", "counter", Counter, id_of=lambda counter: counter.id)
VIEWS = Documents("views", "view", Counter, id_of=lambda counter: counter.id)


def an_event(service: str) -> Any:
    """A fact of about 600 bytes of a service that exists only here."""

    class Raised(Event):
        by: int
        filling: str = "x" * 560

    Raised.service, Raised.wire_type = service, f"{service}.raised.v1"
    return Raised


class Bench:
    def __init__(self, servers: StackDescription) -> None:
        self.servers = servers
        kafka = servers.kafka
        self.client = {
            "bootstrap_servers": kafka["bootstrap"],
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-256",
            "sasl_plain_username": kafka["username"],
            "sasl_plain_password": kafka["password"],
        }

    def topic(self) -> str:
        """A new service name with its topic."""
        name, kafka = f"bench{uuid.uuid4().hex[:8]}", self.servers.kafka
        admin = AdminClient(
            {
                "bootstrap.servers": kafka["bootstrap"],
                "security.protocol": kafka["security_protocol"],
                "sasl.mechanism": kafka["sasl_mechanism"],
                "sasl.username": kafka["username"],
                "sasl.password": kafka["password"],
            }
        )
        for made in admin.create_topics([NewTopic(f"{name}.events", 3)]).values():
            made.result(20)
        return name

    def settings(self, name: str, database: str) -> ServiceSettings:
        kafka = self.servers.kafka
        return ServiceSettings(
            mongo_url=SecretStr(self.servers.mongo["url"]),
            mongo_database=f"{name}_{database}",
            kafka_bootstrap=kafka["bootstrap"],
            kafka_username=kafka["username"],
            kafka_password=SecretStr(kafka["password"]),
            process=f"{name}-{database}",
        )

    async def fill(self, name: str) -> None:
        """Puts the events on the topic."""
        producer = AIOKafkaProducer(**self.client, enable_idempotence=True, linger_ms=20)
        await producer.start()
        event = an_event(name)(by=1).model_dump_json().encode()
        sent = []
        for index in range(EVENTS):
            key, sequence = f"c{index % AGGREGATES}", index // AGGREGATES + 1
            at = system_now()
            envelope = Envelope(new_id(), f"{name}.raised.v1", DEALER, None, "bench", "counter", key, sequence, at, at)
            sent.append(await producer.send(f"{name}.events", event, key=key.encode(), headers=to_headers(envelope)))
        await asyncio.gather(*sent)
        await producer.stop()

    async def chassis_rate(self) -> float:
        """Events a second through the chassis."""
        name = self.topic()
        await self.fill(name)

        async def fold(unit: Unit, fact: Fact[Any]) -> None:
            view = await unit.find(VIEWS, fact.key)
            if view is None:
                view = Counter(fact.key)
                unit.add(VIEWS, view)
            view.value += fact.event.by
            unit.save(VIEWS, view)

        parts = Parts(name, [VIEWS], [Consumer("views", {an_event(name): fold}, batch=BATCH)])
        runtime = Runtime(parts, self.settings(name, "view"))
        await runtime.start()
        try:
            return await _rate(lambda: _summed(runtime.database["views"]))
        finally:
            await runtime.stop()

    async def raw_rate(self) -> float:
        """Events a second by hand: the same effects, inbox rows and position, one transaction a batch."""
        name = self.topic()
        await self.fill(name)
        mongo: AsyncMongoClient[Any] = AsyncMongoClient(self.servers.mongo["url"], w="majority")
        database = mongo[f"{name}_raw"]
        for collection in ("views", "inbox", "positions"):
            await database.create_collection(collection)
        consumer = AIOKafkaConsumer(
            f"{name}.events", **self.client, group_id=name, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await consumer.start()

        async def work() -> None:
            while True:
                found = await consumer.getmany(timeout_ms=500, max_records=BATCH)
                records = [record for some in found.values() for record in some]
                if not records:
                    continue
                sums: dict[str, int] = {}
                for record in records:
                    key = (record.key or b"").decode()
                    sums[key] = sums.get(key, 0) + json.loads(record.value or b"{}")["by"]
                inbox = [InsertOne({"_id": dict(record.headers)["ce_id"].decode()}) for record in records]
                views = [UpdateOne({"_id": k}, {"$inc": {"value": v}}, upsert=True) for k, v in sums.items()]
                ends = [
                    UpdateOne({"_id": f"{at.topic}{at.partition}"}, {"$max": {"o": some[-1].offset}}, upsert=True)
                    for at, some in found.items()
                ]

                async def write(session: Any, inbox: Any = inbox, views: Any = views, ends: Any = ends) -> None:
                    await database["inbox"].bulk_write(inbox, session=session)
                    await database["views"].bulk_write(views, ordered=False, session=session)
                    await database["positions"].bulk_write(ends, ordered=False, session=session)

                async with mongo.start_session() as session:
                    await session.with_transaction(write)

        task = asyncio.create_task(work())
        try:
            return await _rate(lambda: _summed(database["views"]))
        finally:
            task.cancel()
            await consumer.stop()
            await mongo.close()

    async def visible(self) -> tuple[float, float]:
        """Milliseconds from the saved command to the other service's view: median and 99th percentile."""
        name = self.topic()

        async def fold(unit: Unit, fact: Fact[Any]) -> None:
            unit.add(VIEWS, Counter(fact.key))

        announcer = Runtime(Parts(name, [COUNTERS]), self.settings(name, "a"))
        listener = Runtime(Parts(name, [VIEWS], [Consumer("v", {an_event(name): fold})]), self.settings(name, "b"))
        await announcer.start()
        await listener.start()
        await asyncio.sleep(6)
        saved: dict[str, float] = {}
        lateness: list[float] = []

        async def one(id: str) -> None:
            unit = announcer.unit(scope=Dealers.of(DEALER), actor="bench")
            unit.add(COUNTERS, Counter(id), [an_event(name)(by=1)])
            await unit.commit()
            saved[id] = time.perf_counter()

        async def look() -> None:
            while len(lateness) < RATE * SECONDS:
                found = listener.database["views"].find({"_id": {"$in": list(saved)}}, {"_id": 1})
                for raw in await found.to_list():
                    lateness.append((time.perf_counter() - saved.pop(raw["_id"])) * 1000)
                await asyncio.sleep(0.001)

        looking = asyncio.create_task(look())
        tasks = []
        for index in range(RATE * SECONDS):
            tasks.append(asyncio.create_task(one(f"v{index}")))
            await asyncio.sleep(1 / RATE)
        await asyncio.gather(*tasks)
        await looking
        await announcer.stop()
        await listener.stop()
        lateness = sorted(lateness[RATE:])
        return statistics.median(lateness), lateness[int(len(lateness) * 0.99)]


async def _summed(collection: Any) -> int:
    cursor = await collection.aggregate([{"$group": {"_id": None, "sum": {"$sum": "$value"}}}])
    return next((raw["sum"] for raw in await cursor.to_list()), 0)


async def _rate(total: Any) -> float:
    """Events a second between the first effect seen and the last; checks that nothing was lost or doubled."""
    while await total() == 0:
        await asyncio.sleep(0.01)
    first, began = await total(), time.perf_counter()
    while (now := await total()) < EVENTS:
        await asyncio.sleep(0.02)
    took = time.perf_counter() - began
    if now != EVENTS:
        raise SystemExit(f"{now} effects of {EVENTS} events: something was done twice")
    return (EVENTS - first) / took


async def measure(servers: StackDescription) -> dict[str, float]:
    bench = Bench(servers)
    pairs = [(await bench.chassis_rate(), await bench.raw_rate()) for _ in range(ROUNDS)]
    p50, p99 = await bench.visible()
    return {
        "consume_per_s": statistics.median(chassis for chassis, _ in pairs),
        "consume_raw_per_s": statistics.median(raw for _, raw in pairs),
        "consume_ratio": statistics.median(chassis / raw for chassis, raw in pairs),
        "visible_ms_p50": p50,
        "visible_ms_p99": p99,
    }


def main() -> None:
    with Stack(StackOptions(name="bench", services=[], discard=True)) as stack:
        figures = asyncio.run(measure(stack.description))
    table = Table(title=f"{EVENTS} events in batches of {BATCH}; visible at {RATE}/s")
    for heading in ("figure", "value"):
        table.add_column(heading)
    for name, value in figures.items():
        table.add_row(name, f"{value:,.2f}")
    Console().print(table)
    Path("build/bench.json").write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
