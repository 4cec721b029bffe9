"""For tests of a service on the real Kafka and MongoDB: the service in this process, with a dealer of its own; other
services' facts are sent by hand."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from time import monotonic
from typing import Any, Self

import httpx2
from contracts.envelope import Envelope, from_headers, to_headers
from contracts.event import Event, topic_of
from fastapi import FastAPI

from chassis.ids import new_id
from chassis.kafka import Broker
from chassis.runtime import Runtime
from chassis.testing_http import client_of

PATIENCE_S = 60.0
"""A slow machine is no failure."""


async def until(holds: Callable[[], Awaitable[bool]], what: str, seconds: float = PATIENCE_S) -> None:
    """Waits for it; fails with what it waited for and, of a platform's ``at_rest``, what kept it busy."""
    end = monotonic() + seconds
    while not await holds():
        busy = getattr(getattr(holds, "__self__", None), "busy_with", "")
        assert monotonic() < end, f"still waiting for {what} {busy}"
        await asyncio.sleep(0.1)


def use_environment(servers: Any, service: str, setenv: Callable[[str, str], None]) -> None:
    """The variables this service would be started with; ``setenv`` is pytest's ``monkeypatch.setenv``."""
    for name, value in servers.environment[service].items():
        setenv(name, value)


class OnServers:
    """One service on real servers: ``async with OnServers(servers, build(settings, tokens=…)) as platform``.

    Give the settings the same ``process`` in each test: the broker gives a returning member its partitions at once.
    """

    def __init__(self, servers: Any, app: FastAPI) -> None:
        self.dealer = f"T{uuid.uuid4().hex[:8].upper()}"
        self.app = app
        self.runtime: Runtime = app.state.runtime
        kafka = servers.kafka
        self.broker = Broker(kafka["bootstrap"], kafka["username"], kafka["password"])
        self.producer = self.broker.producer("test")
        self.client = client_of(app)
        self.busy_with = ""
        self._sequences: Counter[tuple[str, str]] = Counter()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.producer.start()
        self._open.push_async_callback(self.producer.stop)
        await self._open.enter_async_context(self.client)
        await self._open.enter_async_context(self.app.router.lifespan_context(self.app))
        await until(self._up, "the service")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    @property
    def now(self) -> datetime:
        return self.runtime.clock.now()

    # --- facts -------------------------------------------------------------------------------------------------------

    def envelope(self, event: Event, visit_id: str | None = None, **changed: Any) -> Envelope:
        """As the service that owns the fact would address it: the next one of the visit, or of the dealer."""
        key = visit_id or self.dealer
        self._sequences[event.service, key] += 1
        facts: dict[str, Any] = {
            "id": new_id(),
            "type": event.wire_type,
            "dealer_id": self.dealer,
            "visit_id": visit_id,
            "actor": "system:test",
            "aggregate": "visit" if visit_id else "dealer",
            "key": key,
            "sequence": self._sequences[event.service, key],
            "at": self.now,
            "recorded_at": self.now,
        }
        return Envelope(**{**facts, **changed})

    async def send(self, event: Event, visit_id: str | None = None, *, times: int = 1, **changed: Any) -> str:
        """Announces a fact of another service, ``times`` over; the fact's id. ``changed``: fields of its envelope."""
        envelope, body = self.envelope(event, visit_id, **changed), event.model_dump_json().encode()
        for _ in range(times):
            await self.producer.send_and_wait(
                topic_of(event.service), body, key=envelope.key.encode(), headers=to_headers(envelope)
            )
        return envelope.id

    async def announced(self, service: str, key: str) -> list[tuple[Envelope, bytes]]:
        """What this service announced under this key, as Kafka has it, in the aggregates' own order."""
        await until(self.at_rest, "all facts to be announced")
        listener = self.broker.reader(topic_of(service))
        await listener.start()
        heard: list[tuple[Envelope, bytes]] = []
        try:
            ends = await listener.end_offsets(listener.assignment())
            while any([await listener.position(partition) < end for partition, end in ends.items()]):
                for records in (await listener.getmany(timeout_ms=200)).values():
                    heard += [(from_headers(record.headers), record.value or b"") for record in records]
        finally:
            await listener.stop()
        return sorted((one for one in heard if one[0].key == key), key=lambda one: one[0].sequence)

    # --- the door ----------------------------------------------------------------------------------------------------

    async def ask(self, path: str, bearer: dict[str, str], **query: str) -> httpx2.Response:
        """GET below this dealer."""
        return await self.client.get(f"/dealers/{self.dealer}{path}", params=query, headers=bearer)

    async def order(self, path: str, body: Any, bearer: dict[str, str], key: str | None = None) -> httpx2.Response:
        """POST below this dealer, with an ``Idempotency-Key`` of its own unless one is given."""
        headers = {**bearer, "Idempotency-Key": key or new_id()}
        return await self.client.post(f"/dealers/{self.dealer}{path}", json=body, headers=headers)

    # --- how far -----------------------------------------------------------------------------------------------------

    async def at_rest(self) -> bool:
        """Nothing waits to be sent, read or fired. A consumer that is being built anew is not at rest."""
        try:
            backlog = await self.runtime.backlog()
        except ConnectionError as failed:
            self.busy_with = str(failed)
            return False
        self.busy_with = f"{backlog} {await self._positions()}" if backlog["lag"] else str(backlog)
        return not (backlog["pending_events"] or backlog["lag"] or backlog["due_timers"])

    async def _positions(self) -> str:
        """How far each consumer is in the partitions it has, and where they end."""
        told = []
        for one in self.runtime.listening:
            ends, positions = await one.ends(), await one.positions()
            behind = {at: (positions.get(at, 0), end) for at, end in ends.items() if end > positions.get(at, 0)}
            told.append(f"{one.group} has {one.has()}, behind {behind}")
        return "; ".join(told)

    async def _up(self) -> bool:
        return self.runtime.prepared and not self.runtime.healthy()
