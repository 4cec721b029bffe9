"""The relay: carries recorded facts to Kafka, in order per aggregate, and never gives up.

The pending facts in the store are the truth; the change stream only rings the bell. What Kafka acknowledged is trimmed
later, off the way of those who write.
"""

import asyncio
import time
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from contracts.envelope import Envelope, to_headers
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from chassis import failpoints, telemetry
from chassis.clock import system_now
from chassis.documents import Documents, Raw
from chassis.kafka import STOP_TIMEOUT_S, Broker
from chassis.lease import Lease
from chassis.stopping import told_to_stop
from chassis.store import FACT_FIELDS_BYTES
from chassis.store_mongo import HAS_PENDING, MAJORITY

DOCUMENTS_A_ROUND = 1000
SCAN_EVERY_S = 2.0
LOOK_PAUSE_S = 0.01
"""Between two looks at the change stream while facts come: each costs as much as a command. Facts recorded in this
process do not wait for it."""
TRIM_EVERY_S = 0.1
REMEMBER_TRIMMED_S = 5.0
ACKNOWLEDGED_WITHIN_S = 15.0
LONGEST_BACK_OFF_S = 30.0

log = structlog.get_logger(__name__)


def _recorded(names: Sequence[str]) -> list[Raw]:
    """Facts recorded in these collections, by whichever process; inbox and projections are left out early."""
    inserted, updated = "fullDocument._sequence", "updateDescription.updatedFields._sequence"
    either = [{"operationType": "insert", inserted: {"$gt": 0}}, {"operationType": "update", updated: {"$gt": 0}}]
    return [
        {"$match": {"ns.coll": {"$in": list(names)}, "$or": either}},
        {"$project": {"ns": 1, "documentKey": 1, inserted: 1, updated: 1}},
    ]


@dataclass
class _Sent:
    """Facts handed to the client; ``upto`` has id and last sequence of each document."""

    waiting: list[Awaitable[Any]] = field(default_factory=list)
    upto: list[tuple[str, int]] = field(default_factory=list)


class Relay:
    """One active per service: it works only while the lease is held."""

    def __init__(
        self,
        database: AsyncDatabase[Any],
        every: Sequence[Documents[Any]],
        broker: Broker,
        lease: Lease,
        client_id: str,
    ) -> None:
        self._database = database
        self._every = {documents.name: documents for documents in every if documents.announces}
        self._collections = {name: database.get_collection(name, read_concern=MAJORITY) for name in self._every}
        self._broker = broker
        self._lease = lease
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._bell = asyncio.Event()
        self._touched: set[str] = set(self._every)
        self._acknowledged: dict[tuple[str, str], int] = {}
        """(collection, id) -> last acknowledged sequence, until trimmed."""
        self._trimmed: dict[tuple[str, str], tuple[int, float]] = {}
        """(collection, id) -> (last trimmed sequence, when): a read begun before the trim may still show them."""
        self.sent = 0
        self._failing: str | None = None

    @property
    def failing(self) -> str | None:
        """Why sending fails now. One that lost its lease has nothing to send: its last failure is no longer news."""
        return self._failing if self._lease.held.is_set() else None

    def loops(self) -> list[Coroutine[Any, Any, None]]:
        """What runs until cancelled: listening for the bell, relaying, trimming. No task group: it would cancel each
        of them once only, and the driver may swallow that. None where nothing is ever announced."""
        if not self._every:
            return []
        return [self._listen(), self._relay_for_ever(), self._trim_for_ever()]

    async def stop(self) -> None:
        """After the loops were cancelled: trims what is known and closes the producer."""
        try:
            await self._trim()
        except PyMongoError as failed:
            log.info("last trim left to the next relay", error=str(failed))
        await self._drop_producer()

    async def pending(self) -> int:
        """Documents with facts that were not trimmed yet."""
        counted = (collection.count_documents(HAS_PENDING) for collection in self._collections.values())
        return sum(await asyncio.gather(*counted))

    async def oldest_pending_s(self) -> float:
        """Age in seconds of the oldest fact that waits."""
        oldest = system_now()
        for collection in self._collections.values():
            found = collection.find(HAS_PENDING, {"_pending": {"$slice": 1}}).limit(100)
            async for raw in found:
                oldest = min(oldest, raw["_pending"][0]["recorded_at"])
        return (system_now() - oldest).total_seconds()

    # --- the bell ----------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            await self._lease.held.wait()
            try:
                async with await self._database.watch(_recorded(list(self._every)), max_await_time_ms=1000) as stream:
                    self.ring(*self._every)
                    looked = 0.0
                    # A stream that has ended answers at once, for ever, and nobody else would have a turn.
                    while self._lease.held.is_set() and stream.alive:
                        change = await stream.try_next()
                        if change is not None and self._is_news(change):
                            self.ring(change["ns"]["coll"])
                        if change is not None and time.monotonic() - looked > LOOK_PAUSE_S:
                            await asyncio.sleep(LOOK_PAUSE_S)
                            looked = time.monotonic()
            except PyMongoError as failed:
                # A lost stream costs a scan, nothing else.
                log.warning("change stream reopened", error=str(failed))
            await asyncio.sleep(0.5)

    def _is_news(self, change: Mapping[str, Any]) -> bool:
        """Whether these facts were not sent yet: of those recorded in this process the store's news comes second."""
        written = change.get("fullDocument") or change["updateDescription"]["updatedFields"]
        return written["_sequence"] > self._sent_up_to((change["ns"]["coll"], change["documentKey"]["_id"]))

    def ring(self, *names: str) -> None:
        """Facts were recorded in these collections."""
        self._touched.update(name for name in names if name in self._every)
        self._bell.set()

    # --- relaying ----------------------------------------------------------------------------------------------------

    async def _relay_for_ever(self) -> None:
        back_off = 0.2
        while True:
            await self._lease.held.wait()
            try:
                async with asyncio.timeout(SCAN_EVERY_S):
                    await self._bell.wait()
            except TimeoutError:
                self._touched.update(self._every)
            self._bell.clear()
            touched, self._touched = self._touched, set()
            try:
                for name in touched:
                    await self._round(name)
                back_off, self._failing = 0.2, None
            except (Exception, asyncio.CancelledError) as failed:
                if told_to_stop():
                    raise
                self._failing = str(failed) or type(failed).__name__
                log.warning("relay tries again", error=self._failing, seconds=back_off)
                # After an expired send an idempotent producer may fail for ever (aiokafka 1017): build a new one.
                await self._drop_producer()
                self._touched.update(touched)
                self._bell.set()
                await asyncio.sleep(back_off)
                back_off = min(back_off * 2, LONGEST_BACK_OFF_S)

    async def _round(self, name: str) -> bool:
        """Sends what waits in one collection, along one cursor; whether there was something. Whatever is recorded
        behind the cursor rings the bell again."""
        found = self._collections[name].find(HAS_PENDING, {"dealer_id": 1, "_pending": 1}, batch_size=DOCUMENTS_A_ROUND)
        before, sent = _Sent(), self.sent
        while raws := await found.to_list(DOCUMENTS_A_ROUND):
            fresh = [(raw, facts) for raw in raws if (facts := self._unsent(name, raw))]
            if not self._lease.held.is_set():
                break
            if fresh:
                now = await self._send_all(name, fresh)
                await self._acknowledge(name, before)
                before = now
        await self._acknowledge(name, before)
        return self.sent > sent

    async def _send_all(self, name: str, fresh: Sequence[tuple[Raw, list[Raw]]]) -> "_Sent":
        """Hands everything to the client, which sends while the next documents are read."""
        producer, documents = await self._ready_producer(), self._every[name]
        sent = _Sent()
        for raw, facts in fresh:
            for fact in facts:
                sent.waiting.append(await _send(producer, _envelope(documents, raw, fact), fact["data"].encode()))
            sent.upto.append((raw["_id"], facts[-1]["seq"]))
        if failpoints.ARMED:
            failpoints.reached("mid-send")
        return sent

    async def _acknowledge(self, name: str, sent: "_Sent") -> None:
        """Waits for Kafka. Raises when it did not take everything in time."""
        if not sent.waiting:
            return
        async with asyncio.timeout(ACKNOWLEDGED_WITHIN_S):
            await asyncio.gather(*sent.waiting)
        if failpoints.ARMED:
            failpoints.reached("after-send")
        self._acknowledged.update(((name, id), sequence) for id, sequence in sent.upto)
        self.sent += len(sent.waiting)

    def _unsent(self, name: str, raw: Raw) -> list[Raw]:
        known = self._sent_up_to((name, raw["_id"]))
        return [fact for fact in raw["_pending"] if fact["seq"] > known]

    def _sent_up_to(self, key: tuple[str, str]) -> int:
        return max(self._acknowledged.get(key, 0), self._trimmed.get(key, (0, 0.0))[0])

    async def _ready_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = self._broker.producer(self._client_id)
            try:
                await producer.start()
            except BaseException:
                await _stop(producer)
                raise
            self._producer = producer
        return self._producer

    async def _drop_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)

    # --- trimming ----------------------------------------------------------------------------------------------------

    async def _trim_for_ever(self) -> None:
        while True:
            await asyncio.sleep(TRIM_EVERY_S)
            try:
                await self._trim()
            except PyMongoError as failed:
                log.warning("trim tries again", error=str(failed))
                await asyncio.sleep(0.5)

    async def _trim(self) -> None:
        """Takes acknowledged facts out of their documents; no version moves, so nobody who writes is disturbed."""
        if not self._lease.held.is_set():
            self._acknowledged.clear()
            return
        for name in {name for name, _ in self._acknowledged}:
            mine = {id: sequence for (of, id), sequence in self._acknowledged.items() if of == name}
            writes = [
                UpdateOne({"_id": id, "_pending.seq": sequence}, _without_up_to(sequence))
                for id, sequence in mine.items()
            ]
            await self._database[name].bulk_write(writes, ordered=False)
            if failpoints.ARMED:
                failpoints.reached("after-trim")
            now = time.monotonic()
            for id, sequence in mine.items():
                self._trimmed[(name, id)] = (sequence, now)
                if self._acknowledged.get((name, id)) == sequence:
                    del self._acknowledged[(name, id)]
        old = time.monotonic() - REMEMBER_TRIMMED_S
        self._trimmed = {key: known for key, known in self._trimmed.items() if known[1] > old}


def _without_up_to(sequence: int) -> list[Raw]:
    """An update that takes facts out and counts what is left: another relay may have taken out some of them already,
    or this one with an answer that was lost, so no difference that is known here would be right."""
    left = {"$filter": {"input": "$_pending", "cond": {"$gt": ["$$this.seq", sequence]}}}
    each = {"$add": [{"$strLenBytes": "$$this.data"}, FACT_FIELDS_BYTES]}
    size = {"$sum": {"$map": {"input": "$_pending", "in": each}}}
    return [{"$set": {"_pending": left}}, {"$set": {"_pending_bytes": size}}]


async def _send(producer: AIOKafkaProducer, envelope: Envelope, data: bytes) -> Awaitable[Any]:
    """Hands a fact to the client; what it returns is done when Kafka has acknowledged."""
    with telemetry.relay_span(
        envelope.topic,
        envelope.type,
        envelope.traceparent,
        dealer_id=envelope.dealer_id,
        visit_id=envelope.visit_id,
    ):
        return await producer.send(envelope.topic, data, key=envelope.key.encode(), headers=to_headers(envelope))


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await producer.stop()
    except Exception as failed:
        log.warning("producer did not stop cleanly", error=str(failed) or type(failed).__name__)


def _envelope(documents: Documents[Any], raw: Raw, fact: Raw) -> Envelope:
    return Envelope(
        id=fact["id"],
        type=fact["type"],
        dealer_id=raw["dealer_id"],
        visit_id=fact["visit_id"],
        actor=fact["actor"],
        aggregate=documents.aggregate,
        key=raw["_id"],
        sequence=fact["seq"],
        at=fact["at"],
        recorded_at=fact["recorded_at"],
        traceparent=fact["traceparent"],
    )
