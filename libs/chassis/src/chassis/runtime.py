"""Everything of one process that runs: the store, the loops, and how they are doing."""

import asyncio
import base64
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from chassis import failpoints, store_news, telemetry, wait_for
from chassis import settings as limits
from chassis.clock import Clock, MovableClock, SystemClock
from chassis.consumer import Consumer, Listening
from chassis.documents import Documents
from chassis.kafka import Broker
from chassis.lease import Lease
from chassis.links import Links
from chassis.live import Ring
from chassis.outbox import Relay
from chassis.scopes import Scope
from chassis.sealing import Sealer
from chassis.set_aside import SetAside
from chassis.settings import ServiceSettings
from chassis.stopping import end
from chassis.store_mongo import MongoStore, make_collections
from chassis.timers import Rules, Timers
from chassis.unit import Unit

wait_for.install()

STILL_AFTER_S = 15.0
"""A loop without a heartbeat for this long is not ready."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parts:
    """What a service puts into its runtime."""

    name: str
    documents: Sequence[Documents[Any]]
    consumers: Sequence[Consumer] = ()
    timers: Rules | None = None


class Runtime:
    """One process of one service."""

    def __init__(self, parts: Parts, settings: ServiceSettings) -> None:
        self.name = parts.name
        self.settings = settings
        self.process = settings.process if settings.process != "1" else f"{parts.name}-1"
        self.client: AsyncMongoClient[Any] = AsyncMongoClient(
            settings.mongo_url.get_secret_value(),
            tz_aware=True,
            w="majority",
            journal=True,
            connect=False,
            appname=self.process,
            connectTimeoutMS=int(limits.MONGO_CONNECT_S * 1000),
            timeoutMS=int(limits.MONGO_TIMEOUT_S * 1000),
            heartbeatFrequencyMS=int(limits.MONGO_HEARTBEAT_S * 1000),
            serverSelectionTimeoutMS=int(limits.MONGO_SELECTION_S * 1000),
        )
        self.database = self.client[settings.mongo_database or parts.name]
        self.store = MongoStore(self.database)
        self.clock: Clock = _clock(settings)
        self.sealer = Sealer(
            self.client,
            settings.keys_database,
            _secret(settings.keys_master.get_secret_value(), 96),
            _secret(settings.index_key.get_secret_value(), 32),
        )
        self.links = Links(_secret(settings.link_key.get_secret_value(), 32))
        self.set_aside = SetAside(self.database)
        broker = Broker(settings.kafka_bootstrap, settings.kafka_username, settings.kafka_password.get_secret_value())
        self._documents = parts.documents
        self.lease = Lease(self.database, "worker", f"{self.process}-{uuid.uuid4().hex[:8]}")
        self.relay = Relay(self.database, parts.documents, broker, self.lease, self.process)
        self.listening = [
            Listening(
                consumer,
                service=parts.name,
                member=self.process,
                store=self.store,
                broker=broker,
                new_unit=self.unit,
            )
            for consumer in parts.consumers
        ]
        self.timers = Timers(
            self.store,
            parts.documents,
            parts.timers or {},
            clock=self.clock,
            lease=self.lease,
            listening=self.listening,
            set_aside=self.set_aside,
            new_unit=self.unit,
        )
        self.store.timer_wanted = self.timers.ring
        self.store.facts_recorded = self.relay.ring
        self._tasks: list[asyncio.Task[None]] = []
        self.prepared = False

    def unit(self, *, scope: Scope, actor: str) -> Unit:
        """A new unit of work."""
        return Unit(
            self.store,
            scope=scope,
            actor=actor,
            now=self.clock.now(),
            sealing=self.sealer,
            links=self.links,
            traceparent=telemetry.current_traceparent,
        )

    async def changes(self, names: Sequence[str], ring: Ring) -> None:
        """Rings for every change in the store, for live views."""
        await store_news.changes(self.database, names, ring)

    async def start(self) -> None:
        """Makes collections and indexes, then starts the loops. Raises while the store cannot be reached."""
        await asyncio.gather(self.store.prepare(self._documents), self.sealer.prepare())
        if failpoints.ARMED:
            failpoints.reached("preparing")
        await self.set_aside.prepare()
        for one in self.listening:
            await one.prepare()
        await make_collections(self.database, ("barriers", "leases", "clock"))
        await self._resume_clock()
        loops = [self.lease.keep(), *self.relay.loops(), self.timers.run(), *(one.run() for one in self.listening)]
        self._tasks = [asyncio.create_task(loop) for loop in loops]
        self.prepared = True

    async def stop(self) -> None:
        """Ends the loops between two batches, gives the lease back and closes what is open."""
        await end(self._tasks)
        if failpoints.ARMED:
            failpoints.reached("at-shutdown")
        if self.prepared:
            await self.relay.stop()
            try:
                await self.lease.release()
            except PyMongoError as failed:
                log.info("lease left to expire", error=str(failed))
        await self.sealer.close()
        await self.client.close()

    async def move_clock(self, to: datetime) -> None:
        """Moves business time of this process and remembers it for its next start. Raises when the clock is the
        system's (``ClockIsTheSystems``) or goes back."""
        if not isinstance(self.clock, MovableClock):
            raise ClockIsTheSystems()
        self.clock.move(to)
        await self.database["clock"].update_one({"_id": "business"}, {"$max": {"now": self.clock.now()}}, upsert=True)

    async def backlog(self) -> dict[str, Any]:
        """What is still to be done here, and how much was done so far; all zeros and no activity mean quiet."""
        pending, due, aside, alarming, lag = await asyncio.gather(
            self.relay.pending(),
            self.timers.due(),
            self.set_aside.counts(),
            self.set_aside.alarming(),
            self._lag(),
        )
        return {
            "pending_events": pending,
            "oldest_pending_s": round(await self.relay.oldest_pending_s(), 3) if pending else 0.0,
            "lag": lag,
            "due_timers": due,
            "set_aside": aside,
            "waiting_too_long": alarming,
            "activity": self.relay.sent + self.timers.fired + sum(one.applied for one in self.listening),
            "business_time": self.clock.now().isoformat(),
        }

    async def _lag(self) -> int:
        return sum(await asyncio.gather(*(one.lag() for one in self.listening)))

    def healthy(self) -> list[str]:
        """Why this process is not ready; empty when it is."""
        reasons = [] if self.prepared else ["the store was not reached yet"]
        reasons += [f"{name} ended" for name in self._ended()]
        now = time.monotonic()
        for one in self.listening:
            if one.failing:
                reasons.append(f"consumer {one.group}: {one.failing}")
            elif not one.assigned and self.prepared:
                reasons.append(f"consumer {one.group} has no partitions yet")
            elif now - one.beat > STILL_AFTER_S:
                reasons.append(f"consumer {one.group} stands still")
        if self.relay.failing:
            reasons.append(f"relay: {self.relay.failing}")
        if self.prepared and now - self.timers.beat > STILL_AFTER_S:
            reasons.append("timers stand still")
        return reasons

    def _ended(self) -> list[str]:
        return [f"loop {task.get_coro().__qualname__}" for task in self._tasks if task.done()]  # type: ignore[union-attr]

    async def _resume_clock(self) -> None:
        if isinstance(self.clock, MovableClock):
            known = await self.database["clock"].find_one({"_id": "business"})
            if known is not None and known["now"] > self.clock.now():
                self.clock.move(known["now"])


class ClockIsTheSystems(Exception):
    """Business time cannot be moved where it is the system's."""

    code = "clock-is-the-systems"
    kind = "conflict"
    text = "Business time is the system's here: start with SEVENSTEP_CLOCK=manual to move it."

    def __init__(self) -> None:
        super().__init__(self.text)


def _clock(settings: ServiceSettings) -> Clock:
    if settings.clock == "manual":
        return MovableClock(settings.clock_start or datetime.now(UTC))
    return SystemClock()


def _secret(text: str, size: int) -> bytes:
    """A secret from its base64; missing ones become zeros so that documentation can be made without any."""
    return base64.b64decode(text) if text else bytes(size)
