"""D1: what was said is said again: every message three times, and whole topics from their beginning."""

import asyncio
import contextlib
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from cluster import ServiceProcess
from injectors import Fault, NotProven, prove


class Echo(Fault):
    id = "D1"
    describe = "every message comes three times"
    copies = 2

    async def inject(self) -> None:
        self.seen: set[bytes] = set()
        self.echoed = 0
        self._echo = asyncio.create_task(self._repeat())
        self.did = "sends every new message twice more, byte by byte the same"

    async def _repeat(self) -> None:
        topics = [f"{service}.events" for service in sorted(self.cluster.services)]
        settings = self.cluster.direct_kafka
        while True:  # as long as the brokers are themselves under attack
            with contextlib.suppress(KafkaError, ConnectionError):
                reader = AIOKafkaConsumer(*topics, **settings, auto_offset_reset="latest")
                async with reader, AIOKafkaProducer(**settings, enable_idempotence=True, acks="all") as producer:
                    async for record in reader:
                        await self._again(producer, record)
            await asyncio.sleep(0.5)

    async def _again(self, producer: AIOKafkaProducer, record: Any) -> None:
        id = dict(record.headers).get("ce_id", b"")
        if not id or id in self.seen:
            return
        self.seen.add(id)
        for _ in range(self.copies):
            await producer.send_and_wait(
                record.topic, record.value, key=record.key, partition=record.partition, headers=list(record.headers)
            )
            self.echoed += 1

    async def proof(self) -> str:
        prove(not self._echo.done(), f"it ended by itself: {self._echo}")
        prove(self.echoed > 0, "nothing was said, so nothing was said again")
        return f"{self.echoed} messages were copies"

    async def heal(self) -> None:
        self._echo.cancel()
        await asyncio.wait([self._echo])


class FromTheBeginning(Fault):
    id = "D1"
    describe = "a service reads all topics again from their beginning"
    holds = (5.0, 8.0)

    async def inject(self) -> None:
        heard = [name for name in sorted(self.cluster.services) if await self._positions(name)]
        prove(bool(heard), "nobody has read anything yet")
        self.service = self.chance.choice(heard)
        self.processes: list[ServiceProcess] = self.cluster.services[self.service]
        self.running = [one for one in self.processes if one.alive]
        for process in self.running:
            process.kill()
        self.before = await self._positions(self.service)
        await self._forget()
        prove(not await self._positions(self.service), "positions are still known")
        for process in self.running:
            await process.start(ready=False)
        self.did = f"{self.service} forgot its positions in {len(self.before)} partitions"

    async def _positions(self, service: str) -> dict[str, int]:
        primary = await self.cluster.primary()

        def ask() -> dict[str, int]:
            with primary.client() as client:
                return {row["_id"]: row["offset"] for row in client[service]["sequences"].find({"offset": {"$gt": 0}})}

        return await asyncio.to_thread(ask)

    async def _forget(self) -> None:
        """The store's positions. Kafka's stay as they are: they do not count."""
        primary = await self.cluster.primary()

        def forget() -> None:
            with primary.client() as client:
                client[self.service]["sequences"].delete_many({"offset": {"$exists": True}})

        await asyncio.to_thread(forget)

    async def proof(self) -> str:
        for _ in range(120):
            now = await self._positions(self.service)
            if all(now.get(at, 0) >= offset for at, offset in self.before.items()):
                return f"{sum(self.before.values())} messages of {len(self.before)} partitions were read again"
            await asyncio.sleep(0.5)
        raise NotProven(f"it has not come to where it was: {self.before}")

    async def heal(self) -> None:
        for process in self.running:
            await process.start(ready=False)
