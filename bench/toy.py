"""A small service that exists only here: counters that are raised, and views that follow."""

import asyncio
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from aiokafka import AIOKafkaProducer
from chassis.clock import system_now
from chassis.documents import Documents
from chassis.ids import new_id
from contracts.envelope import Envelope, to_headers
from contracts.event import Event

from bench.ground import Ground

DEALER = "SH001"
FILLING = "x" * 560
"""Makes an event about 600 bytes long."""


@dataclass
class Counter:
    id: str
    value: int = 0
    dealer_id: str = DEALER


COUNTERS = Documents("counters", "counter", Counter, id_of=lambda counter: counter.id)
VIEWS = Documents("views", "view", Counter, id_of=lambda counter: counter.id, announces=False)
COUNTING = {COUNTERS.name: COUNTERS.aggregate}
"""For a relay by hand."""


@cache
def raised(service: str) -> Any:
    """The fact that a counter of this service was raised."""

    class Raised(Event):
        by: int
        filling: str = FILLING

    Raised.service, Raised.wire_type = service, f"{service}.raised.v1"
    return Raised


def counter_id(index: int) -> str:
    """An id as long as a real one."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"counter {index}"))


async def fill(ground: Ground, service: str, events: int, aggregates: int) -> None:
    """Puts facts on the service's topic: each aggregate's in turn, sequence 1, 2, 3 …"""
    producer = AIOKafkaProducer(**ground.kafka, enable_idempotence=True, linger_ms=20)
    await producer.start()
    body, ids = raised(service)(by=1).model_dump_json().encode(), [counter_id(n) for n in range(aggregates)]
    sent = []
    for index in range(events):
        key, sequence = ids[index % aggregates], index // aggregates + 1
        at = system_now()
        envelope = Envelope(new_id(), f"{service}.raised.v1", DEALER, None, "bench", "counter", key, sequence, at, at)
        sent.append(await producer.send(f"{service}.events", body, key=key.encode(), headers=to_headers(envelope)))
        if len(sent) == 5_000:
            await asyncio.gather(*sent)
            sent.clear()
    await asyncio.gather(*sent)
    await producer.stop()
