"""A toy service on the real servers: counters that are raised, announce it, and are mirrored by a listener."""

import asyncio
import base64
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from chassis.consumer import Consumer
from chassis.documents import Documents
from chassis.facts import Fact, by_key
from chassis.kafka import Broker
from chassis.runtime import Parts, Runtime
from chassis.scopes import Dealers
from chassis.settings import ServiceSettings
from chassis.timers import TimerRule
from chassis.unit import Unit
from confluent_kafka.admin import AdminClient, NewTopic
from contracts.envelope import Envelope, to_headers
from contracts.event import Event
from pydantic import SecretStr
from sevenstep.description import StackDescription
from sevenstep.kafka_access import admin_client
from sevenstep.servers import KafkaAccess

DEALER = "SH001"
BY = Dealers.of(DEALER)


@dataclass
class Counter:
    """Something with a state, facts and a timer."""

    id: str
    dealer_id: str = DEALER
    value: int = 0
    rings_at: datetime | None = None
    rung: int = 0


@dataclass
class Mirror:
    """What a listener knows of a counter."""

    id: str
    dealer_id: str = DEALER
    total: int = 0
    facts: list[int] = field(default_factory=list)


COUNTERS = Documents(
    "counters",
    "counter",
    Counter,
    id_of=lambda counter: counter.id,
    timers=lambda counter: {"ring": counter.rings_at} if counter.rings_at else {},
)
MIRRORS = Documents("mirrors", "mirror", Mirror, id_of=lambda mirror: mirror.id)


class Toy:
    """Names and events of one toy service; each test has its own topic and databases."""

    def __init__(self, servers: StackDescription) -> None:
        self.servers = servers
        self.name = f"toy{uuid.uuid4().hex[:8]}"

        class Raised(Event):
            by: int

        class Broken(Event):
            by: int

        for event, fact in ((Raised, "raised"), (Broken, "broken")):
            event.service, event.wire_type = self.name, f"{self.name}.{fact}.v1"
        self.Raised: Any = Raised
        self.Broken: Any = Broken
        self.runtimes: list[Runtime] = []

    def make_topic(self, partitions: int = 3) -> None:
        admin = administrator(self.servers)
        topic = NewTopic(f"{self.name}.events", partitions, config={"retention.ms": "-1"})
        for made in admin.create_topics([topic]).values():
            made.result(20)

    def settings(self, database: str, process: str, **more: Any) -> ServiceSettings:
        kafka, mongo = self.servers.kafka, self.servers.mongo
        secrets = {name: SecretStr(base64.b64encode(bytes(size)).decode()) for name, size in _SECRETS.items()}
        return ServiceSettings(
            mongo_url=SecretStr(mongo["url"]),
            mongo_database=f"{self.name}_{database}",
            keys_database=f"{self.name}_keys",
            kafka_bootstrap=kafka["bootstrap"],
            kafka_username=kafka["username"],
            kafka_password=SecretStr(kafka["password"]),
            process=f"{self.name}-{process}",
            clock="manual",
            clock_start=datetime.fromisoformat("2025-06-23T00:00:00Z"),
            **secrets,
            **more,
        )

    async def announcer(self, process: str = "a", **rules: TimerRule) -> Runtime:
        """A process of the service that owns the counters."""
        timers = {("counters", name): rule for name, rule in rules.items()}
        return await self._start(Parts(self.name, [COUNTERS], timers=timers), "announcer", process)

    async def listener(
        self, handlers: dict[Any, Callable[[Unit, Any], Awaitable[None]]], process: str = "l", *, apart: bool = False
    ) -> Runtime:
        """A process of another service that mirrors them."""
        consumer = Consumer("mirrors", handlers, reads={MIRRORS: by_key}, apart=apart)
        parts = Parts(f"{self.name}-listener", [MIRRORS], [consumer])
        return await self._start(parts, "listener", process)

    async def _start(self, parts: Parts, database: str, process: str) -> Runtime:
        runtime = Runtime(parts, self.settings(database, process))
        await runtime.start()
        self.runtimes.append(runtime)
        return runtime

    async def mirror(self, unit: Unit, fact: Fact[Any]) -> None:
        """The listener's handler: adds up what it hears."""
        mirror = await unit.find(MIRRORS, fact.key)
        if mirror is None:
            mirror = Mirror(fact.key)
            unit.add(MIRRORS, mirror)
        mirror.total += fact.event.by
        mirror.facts.append(fact.sequence)
        unit.save(MIRRORS, mirror)

    async def raise_counter(self, runtime: Runtime, id: str, by: int = 1) -> None:
        unit = runtime.unit(scope=BY, actor="advisor:anna")
        counter = await unit.find(COUNTERS, id)
        if counter is None:
            counter = Counter(id)
            unit.add(COUNTERS, counter)
        counter.value += by
        unit.save(COUNTERS, counter, [self.Raised(by=by)])
        await unit.commit()

    async def stop(self) -> None:
        for runtime in self.runtimes:
            await runtime.stop()


_SECRETS = {"keys_master": 96, "index_key": 32, "link_key": 32}


def administrator(servers: StackDescription) -> AdminClient:
    return admin_client(KafkaAccess.told(servers.kafka))


async def until(condition: Callable[[], Awaitable[bool]], what: str, seconds: float = 20.0) -> None:
    """Waits until something is so; says what did not come."""
    end = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        await asyncio.sleep(0.05)


async def the_mirror(runtime: Runtime, id: str) -> Mirror | None:
    return await runtime.unit(scope=BY, actor="test").find(MIRRORS, id)


def broker_of(toy: Any) -> Broker:
    kafka = toy.servers.kafka
    return Broker(kafka["bootstrap"], kafka["username"], kafka["password"])


async def send_raw(toy: Any, *records: tuple[bytes | None, bytes | None, list[Any]]) -> None:
    producer: AIOKafkaProducer = broker_of(toy).producer("test")
    await producer.start()
    try:
        for key, value, headers in records:
            await producer.send_and_wait(f"{toy.name}.events", value, key=key, headers=headers)
    finally:
        await producer.stop()


def headers_of(toy: Any, fact: str, key: str, sequence: int, id: str) -> list[Any]:
    now = datetime.fromisoformat("2025-06-23T00:00:00+00:00")
    return to_headers(Envelope(id, f"{toy.name}.{fact}.v1", "SH001", None, "test", "counter", key, sequence, now, now))


async def known(listener: Any, id: str) -> bool:
    return await the_mirror(listener, id) is not None
