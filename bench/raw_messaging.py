"""The messaging opponents: aiokafka and PyMongo by hand, as terse as they allow, with the same guarantees.

A batch is one transaction of inbox rows, effects, how far each aggregate is, and the position. A relay sends what is
pending in order and takes out what Kafka has acknowledged.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from chassis.clock import system_now
from pymongo import AsyncMongoClient, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from bench.toy import DEALER

PENDING: Mapping[str, Any] = {"_pending.seq": {"$gt": 0}}

Record = tuple[str, int, Any, dict[str, bytes]]
"""Key, sequence, body and headers of one fact."""
Effects = Callable[[AsyncDatabase[Any], Sequence[Record]], Awaitable[Mapping[str, list[Any]]]]
"""The writes a batch means, by collection."""


class Body(msgspec.Struct):
    by: int


_decode = msgspec.json.Decoder(Body).decode


async def make_collections(database: AsyncDatabase[Any]) -> None:
    """Before the first transaction, with the indexes that the chassis has too."""
    for name in ("views", "counters", "inbox", "sequences", "positions"):
        await database.create_collection(name)
    await database["inbox"].create_index("at", expireAfterSeconds=14 * 24 * 3600)
    for name in ("views", "counters"):
        await database[name].create_index("dealer_id")
    await database["counters"].create_index("_pending.seq", partialFilterExpression=PENDING)


class RawConsumer:
    """Reads one topic into one database."""

    def __init__(
        self, kafka: Mapping[str, Any], topic: str, mongo: AsyncMongoClient[Any], database: str, batch: int
    ) -> None:
        self._mongo, self._database, self._batch = mongo, mongo[database], batch
        self._client = AIOKafkaConsumer(
            topic, **kafka, group_id=database, enable_auto_commit=False, auto_offset_reset="earliest",
            isolation_level="read_committed",
        )  # fmt: skip
        self.done = 0
        """Facts whose effect is in the store."""

    async def run(self, effects: Effects, seen: Callable[[Sequence[Record]], None] = lambda _: None) -> None:
        """Until cancelled. ``seen`` is told of each batch when its transaction is through."""
        await self._client.start()
        try:
            while True:
                found = await self._client.getmany(timeout_ms=500, max_records=self._batch)
                records = [_read(one) for some in found.values() for one in some]
                if records:
                    ends = {f"{at.topic}|{at.partition}": some[-1].offset + 1 for at, some in found.items()}
                    await self._write(records, ends, await effects(self._database, records))
                    self.done += len(records)
                    seen(records)
        finally:
            await self._client.stop()

    async def _write(
        self, records: Sequence[Record], ends: Mapping[str, int], effects: Mapping[str, list[Any]]
    ) -> None:
        database, now = self._database, system_now()
        last = {raw["_id"]: raw["sequence"] async for raw in database["sequences"].find(
            {"_id": {"$in": list({key for key, *_ in records})}})}  # fmt: skip
        for key, sequence, *_ in records:
            if sequence != last.get(key, sequence - 1) + 1:
                raise RuntimeError(f"a gap before {sequence} of {key}")
            last[key] = sequence
        # An id that is there already ends the transaction here: a fact received twice has no second effect.
        inbox = [{"_id": headers["ce_id"].decode(), "at": now} for *_, headers in records]
        sequences = [UpdateOne({"_id": key}, {"$max": {"sequence": n}}, upsert=True) for key, n in last.items()]
        positions = [UpdateOne({"_id": at}, {"$max": {"offset": end}}, upsert=True) for at, end in ends.items()]

        async def everything(session: Any) -> None:
            await database["inbox"].insert_many(inbox, ordered=False, session=session)
            for name, writes in (*effects.items(), ("sequences", sequences), ("positions", positions)):
                found = await database[name].bulk_write(writes, ordered=False, session=session)
                if found.matched_count + found.upserted_count != len(writes):
                    raise RuntimeError(f"one of these {name} was changed meanwhile")

        async with self._mongo.start_session() as session:
            await session.with_transaction(everything)


def kafka_of(told: dict[str, str]) -> dict[str, Any]:
    """How aiokafka's clients get in, out of a service's environment."""
    found: dict[str, Any] = {"bootstrap_servers": told["kafka_bootstrap"]}
    if "kafka_username" in told:
        found |= {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "SCRAM-SHA-256"}
        found |= {"sasl_plain_username": told["kafka_username"], "sasl_plain_password": told["kafka_password"]}
    return found


def _read(record: "ConsumerRecord[bytes, bytes]") -> Record:
    headers = dict(record.headers)
    return (record.key or b"").decode(), int(headers["ce_sequence"]), _decode(record.value or b""), headers


async def into_views(_: AsyncDatabase[Any], records: Sequence[Record]) -> Mapping[str, list[Any]]:
    """A projection: each counter's view follows."""
    sums: dict[str, int] = {}
    for key, _sequence, body, _headers in records:
        sums[key] = sums.get(key, 0) + body.by
    change = {"$setOnInsert": {"dealer_id": DEALER}}
    return {"views": [UpdateOne({"_id": k}, {"$inc": {"value": by}} | change, upsert=True) for k, by in sums.items()]}


class RawRelay:
    """Sends the pending facts of some collections to one topic; ``collections``: name -> what its documents are."""

    def __init__(
        self,
        kafka: Mapping[str, Any],
        topic: str,
        mongo: AsyncMongoClient[Any],
        database: str,
        collections: Mapping[str, str],
    ) -> None:
        self._topic = topic
        self._database = mongo[database]
        self._aggregates = collections
        majority = ReadConcern("majority")
        self._read = {name: mongo[database].get_collection(name, read_concern=majority) for name in collections}
        self._producer = AIOKafkaProducer(**kafka, enable_idempotence=True, acks="all")
        self._sent: dict[tuple[str, str], int] = {}
        """Last sequence by document: what is read before a trim is through may still show it."""
        self._untrimmed: dict[tuple[str, str], int] = {}
        self._touched = set(collections)
        self.sent = 0

    async def start(self) -> None:
        await self._producer.start()

    async def stop(self) -> None:
        await self._producer.stop()

    async def drain(self, batch: int = 1_000) -> None:
        """What is pending now, along one cursor; trims behind while it reads on."""
        trims: list[asyncio.Task[None]] = []
        for name, collection in self._read.items():
            raws: list[Any] = []
            async for raw in collection.find(PENDING, {"dealer_id": 1, "_pending": 1}, batch_size=batch):
                raws.append(raw)
                if len(raws) == batch:
                    trims.append(asyncio.create_task(self._trim(await self._send(name, raws))))
                    raws = []
            await self._trim(await self._send(name, raws))
        await asyncio.gather(*trims)

    async def follow(self, pause_s: float = 0.0) -> None:
        """Until cancelled: woken by the change stream, trims now and then. ``pause_s``: between two looks at the
        stream, where rates count and not the moment."""
        bell = asyncio.Event()
        listening = asyncio.create_task(self._listen(bell, pause_s))
        trimming = asyncio.create_task(self._trim_for_ever())
        try:
            while True:
                await bell.wait()
                bell.clear()
                touched, self._touched = self._touched, set()
                for name in touched:
                    raws = await self._read[name].find(PENDING, {"dealer_id": 1, "_pending": 1}).to_list()
                    sent = await self._send(name, raws)
                    self._sent.update(sent)
                    self._untrimmed.update(sent)
        finally:
            listening.cancel()
            trimming.cancel()

    async def _listen(self, bell: asyncio.Event, pause_s: float) -> None:
        interesting = {"$or": [{"operationType": "insert"}, {"updateDescription.updatedFields._sequence": {"$gt": 0}}]}
        mine = {"ns.coll": {"$in": list(self._read)}, **interesting}
        only: list[Mapping[str, Any]] = [{"$match": mine}, {"$project": {"ns": 1}}]
        async with await self._database.watch(only) as stream:
            self._touched.update(self._read)
            bell.set()
            looked = 0.0
            async for change in stream:
                self._touched.add(change["ns"]["coll"])
                bell.set()
                if pause_s and time.monotonic() - looked > pause_s:
                    await asyncio.sleep(pause_s)
                    looked = time.monotonic()

    async def _trim_for_ever(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            if self._untrimmed:
                sent, self._untrimmed = self._untrimmed, {}
                await self._trim(sent)

    async def _send(self, name: str, raws: Sequence[Any]) -> dict[tuple[str, str], int]:
        """Returns the last acknowledged sequence by document."""
        waiting, last = [], {}
        for raw in raws:
            known = self._sent.get((name, raw["_id"]), 0)
            for fact in raw["_pending"]:
                if fact["seq"] > known:
                    headers = _headers(self._aggregates[name], raw, fact)
                    waiting.append(await self._producer.send(
                        self._topic, fact["data"].encode(), key=raw["_id"].encode(), headers=headers
                    ))  # fmt: skip
                    last[name, raw["_id"]] = fact["seq"]
        await asyncio.gather(*waiting)
        self.sent += len(waiting)
        return last

    async def _trim(self, sent: Mapping[tuple[str, str], int]) -> None:
        for name in self._read:
            writes = [
                UpdateOne({"_id": id}, {"$pull": {"_pending": {"seq": {"$lte": seq}}}})
                for (of, id), seq in sent.items()
                if of == name
            ]
            if writes:
                await self._database[name].bulk_write(writes, ordered=False)


def _headers(aggregate: str, raw: Mapping[str, Any], fact: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    told = {
        "ce_specversion": "1.0", "ce_id": fact["id"], "ce_type": fact["type"], "ce_dealer": raw["dealer_id"],
        "ce_source": "/bench", "ce_subject": f"{aggregate}/{raw['_id']}", "ce_sequence": str(fact["seq"]),
        "ce_time": fact["at"].isoformat(), "ce_recordedtime": fact["recorded_at"].isoformat(),
        "ce_actor": fact["actor"], "content-type": "application/json",
    }  # fmt: skip
    return [(name, value.encode()) for name, value in told.items()]
