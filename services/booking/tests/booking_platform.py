"""Booking's processes in this process, on the real servers, with other services' facts sent by hand."""

import uuid
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime, time, timedelta
from typing import Any

import httpx2
from booking.main import application
from booking.settings import Settings
from booking_builders import SHANGHAI, THE_DAY_BEFORE, a_registration
from booking_desk import DeskClient
from chassis.ids import new_id
from chassis.kafka import Broker
from chassis.runtime import Runtime
from chassis.testing_http import LocalIssuer, client_of
from chassis.testing_servers import until
from contracts.envelope import Envelope, from_headers, to_headers
from contracts.event import Event, topic_of
from contracts.headquarters import OpeningHours
from fastapi import FastAPI

ISSUER = LocalIssuer()


class Platform:
    """Two processes of booking that share the store and the topics."""

    def __init__(self, servers: Any) -> None:
        run = uuid.uuid4().hex[:8]
        self.apps = [self._app(f"booking-{run}-{n}") for n in (1, 2)]
        kafka = servers.kafka
        self.broker = Broker(kafka["bootstrap"], kafka["username"], kafka["password"])
        self.producer = self.broker.producer("test")
        self._open = AsyncExitStack()

    @staticmethod
    def _app(process: str) -> FastAPI:
        settings = Settings(clock="manual", clock_start=THE_DAY_BEFORE, otlp_endpoint="", process=process)
        return application(settings, tokens=ISSUER.tokens())

    @property
    def runtimes(self) -> list[Runtime]:
        return [app.state.runtime for app in self.apps]

    @property
    def now(self) -> datetime:
        return self.runtimes[0].clock.now()

    async def __aenter__(self) -> "Platform":
        await self.producer.start()
        for app in self.apps:
            await self._open.enter_async_context(app.router.lifespan_context(app))
        await until(self.up, "the processes")
        await self.move(max(runtime.clock.now() for runtime in self.runtimes))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()
        await self.producer.stop()

    async def up(self) -> bool:
        return all(runtime.prepared and not runtime.relay.failing for runtime in self.runtimes)

    async def move(self, to: datetime) -> None:
        """Business time of all processes."""
        for runtime in self.runtimes:
            await runtime.move_clock(to)

    async def calls(self, process: int) -> httpx2.AsyncClient:
        return await self._open.enter_async_context(client_of(self.apps[process]))

    async def at_rest(self) -> bool:
        """Nothing waits to be sent, read or fired."""
        backlogs = [await runtime.backlog() for runtime in self.runtimes]
        return not any(one["pending_events"] or one["lag"] or one["due_timers"] for one in backlogs)

    async def announced(self, key: str) -> list[str]:
        """The wire types of the facts that booking announced under this key, in Kafka's order."""
        await until(self.at_rest, "all facts to be announced")
        reader = self.broker.reader("booking.events")
        await reader.start()
        found: list[str] = []
        try:
            ends = await reader.end_offsets(reader.assignment())
            while any([await reader.position(partition) < end for partition, end in ends.items()]):
                for batch in (await reader.getmany(timeout_ms=200)).values():
                    found += [from_headers(r.headers).type for r in batch if r.key == key.encode()]
        finally:
            await reader.stop()
        return found


class NewDealer:
    """A dealer of its own for each test: open every day, known to both processes, with a planned day ahead."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.id = f"T{uuid.uuid4().hex[:8].upper()}"
        self.desks: list[DeskClient] = []
        self.day = (platform.now.astimezone(SHANGHAI) + timedelta(days=3)).date()
        """Business time of the shared store only goes forward from test to test."""
        self._sequences: Counter[tuple[str, str]] = Counter()

    async def planned(self, plan: dict[str, Any] | None = None) -> "NewDealer":
        opening = tuple(OpeningHours(weekday=d, opens=time(8), closes=time(18)) for d in range(7))
        await self.send(a_registration(opening_hours=opening), None)
        bearer = ISSUER.bearer("advisor", "manager", dealers=(self.id,))
        self.desks = [DeskClient(await self.platform.calls(n), bearer, f"/dealers/{self.id}") for n in (0, 1)]
        await until(self._known, "the dealer's registration")
        planned = await self.desks[0].plan(plan, self.day)
        assert planned.status_code == 200, planned.text
        return self

    async def _known(self) -> bool:
        return (await self.desks[0].get(f"/days/{self.day}/board")).status_code == 200

    async def send(self, event: Event, visit_id: str | None, at: datetime | None = None) -> None:
        """A fact as the service that owns it would announce it."""
        key = visit_id or self.id
        self._sequences[event.service, key] += 1
        at = at or self.platform.now
        envelope = Envelope(
            id=new_id(),
            type=event.wire_type,
            dealer_id=self.id,
            visit_id=visit_id,
            actor="system:test",
            aggregate="visit" if visit_id else "dealer",
            key=key,
            sequence=self._sequences[event.service, key],
            at=at,
            recorded_at=at,
        )
        body = event.model_dump_json().encode()
        await self.platform.producer.send_and_wait(
            topic_of(event.service), body, key=key.encode(), headers=to_headers(envelope)
        )
