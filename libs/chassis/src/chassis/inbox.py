"""What a consumer has received, how far each aggregate is, and its position: written with the effects, atomically."""

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import IndexModel, InsertOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from chassis.clock import system_now
from chassis.store import VersionConflict
from chassis.store_mongo import DUPLICATE_KEY, make_collections

KEPT_S = 14 * 24 * 3600
"""Memory of duplicates: system time, for no business deadline hangs on it."""

Partition = tuple[str, int]


class Inbox:
    """One consumer's memory."""

    def __init__(self, database: AsyncDatabase[Any], consumer: str) -> None:
        self._received = database["inbox"]
        self._sequences = database["sequences"]
        self._positions = database["positions"]
        self._consumer = consumer

    async def prepare(self) -> None:
        await make_collections(self._received.database, ("inbox", "sequences", "positions"))
        await self._received.create_indexes([IndexModel([("at", 1)], expireAfterSeconds=KEPT_S)])

    async def known(self, ids: Iterable[str]) -> set[str]:
        """Which of these facts were received before."""
        mine = {self._own(id): id for id in ids}
        found = self._received.find({"_id": {"$in": list(mine)}}, {"_id": 1})
        return {mine[raw["_id"]] async for raw in found}

    async def sequences(self, lanes: Iterable[str]) -> dict[str, int]:
        """The last sequence applied, by lane; lanes never seen are missing."""
        mine = {self._own(lane): lane for lane in lanes}
        found = self._sequences.find({"_id": {"$in": list(mine)}})
        return {mine[raw["_id"]]: raw["sequence"] async for raw in found}

    async def positions(self) -> dict[Partition, int]:
        """The next offset by topic and partition."""
        found = self._positions.find({"consumer": self._consumer})
        return {(raw["topic"], raw["partition"]): raw["offset"] async for raw in found}

    async def write(
        self,
        received: Iterable[str],
        sequences: Mapping[str, int],
        positions: Mapping[Partition, int],
        session: AsyncClientSession,
    ) -> None:
        """In the transaction of the effects.

        Raises ``VersionConflict`` when another process received one of these facts meanwhile: reading again shows it.
        """
        try:
            await self._write(received, sequences, positions, session)
        except BulkWriteError as failed:
            if any(error.get("code") == DUPLICATE_KEY for error in failed.details.get("writeErrors", ())):
                raise VersionConflict("another process received one of these facts meanwhile") from failed
            raise

    async def _write(
        self,
        received: Iterable[str],
        sequences: Mapping[str, int],
        positions: Mapping[Partition, int],
        session: AsyncClientSession,
    ) -> None:
        now = system_now()
        rows = [InsertOne({"_id": self._own(id), "at": now}) for id in received]
        if rows:
            await self._received.bulk_write(rows, ordered=True, session=session)
        lanes = [
            UpdateOne({"_id": self._own(lane)}, {"$max": {"sequence": sequence}}, upsert=True)
            for lane, sequence in sequences.items()
        ]
        if lanes:
            await self._sequences.bulk_write(lanes, ordered=False, session=session)
        offsets = [
            UpdateOne(
                {"_id": self._own(f"{topic}|{partition}")},
                {
                    "$max": {"offset": offset},
                    "$setOnInsert": {"consumer": self._consumer, "topic": topic, "partition": partition},
                },
                upsert=True,
            )
            for (topic, partition), offset in positions.items()
        ]
        if offsets:
            await self._positions.bulk_write(offsets, ordered=False, session=session)

    def _own(self, id: str) -> str:
        return f"{self._consumer}|{id}"
