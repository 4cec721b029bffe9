"""What a consumer has received, how far each aggregate is, and its position: written with the effects, atomically."""

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from chassis.clock import system_now
from chassis.documents import Raw
from chassis.store import VersionConflict
from chassis.store_mongo import MAJORITY, is_duplicate, make_collections, write_many

KEPT_S = 14 * 24 * 3600
"""Memory of duplicates: system time, for no business deadline hangs on it."""

Partition = tuple[str, int]


class ReceivedBefore(VersionConflict):
    """One of the facts was received before, by this process or by another one meanwhile."""


class Inbox:
    """One consumer's memory."""

    def __init__(self, database: AsyncDatabase[Any], consumer: str) -> None:
        self._received = database["inbox"]
        self._sequences = database["sequences"]
        # What a primary took and a majority does not have may be gone in a moment: a fact that was passed over for it,
        # or a position that went on from it, would never have its effect.
        self._seen_received = self._received.with_options(read_concern=MAJORITY)
        self._seen_sequences = self._sequences.with_options(read_concern=MAJORITY)
        self._consumer = consumer

    async def prepare(self) -> None:
        await make_collections(self._received.database, ("inbox", "sequences"))
        await self._received.create_indexes([IndexModel([("at", 1)], expireAfterSeconds=KEPT_S)])

    async def known(self, ids: Iterable[str]) -> set[str]:
        """Which of these facts were received before."""
        mine = {self._own(id): id for id in ids}
        if not mine:
            return set()
        found = self._seen_received.find({"_id": {"$in": list(mine)}}, {"_id": 1}, batch_size=len(mine) + 1)
        return {mine[raw["_id"]] for raw in await found.to_list()}

    async def sequences(self, lanes: Iterable[str]) -> dict[str, int]:
        """The last sequence applied, by lane; lanes never seen are missing."""
        mine = {self._own(lane): lane for lane in lanes}
        found = self._seen_sequences.find({"_id": {"$in": list(mine)}}, batch_size=len(mine) + 1)
        return {mine[raw["_id"]]: raw["sequence"] for raw in await found.to_list()}

    async def positions(self) -> dict[Partition, int]:
        """The next offset by topic and partition."""
        found = self._seen_sequences.find({"_id": {"$gte": self._own("@"), "$lt": self._own("A")}})
        return {(raw["topic"], raw["partition"]): raw["offset"] async for raw in found}

    async def write(
        self,
        received: Iterable[str],
        sequences: Mapping[str, int],
        positions: Mapping[Partition, int],
        session: AsyncClientSession,
    ) -> None:
        """In the transaction of the effects.

        Raises ``ReceivedBefore`` when one of these facts is there already: reading again shows which.
        """
        now = system_now()
        rows = [{"_id": self._own(id), "at": now} for id in received]
        lanes: list[Raw] = [
            {"q": {"_id": self._own(lane)}, "u": {"$max": {"sequence": sequence}}, "upsert": True}
            for lane, sequence in sequences.items()
        ]
        # Positions stand with the sequences, for one command less in every batch; no lane begins with "@".
        for (topic, partition), offset in positions.items():
            moved = {"$max": {"offset": offset}, "$setOnInsert": {"topic": topic, "partition": partition}}
            lanes.append({"q": {"_id": self._own(f"@{topic}|{partition}")}, "u": moved, "upsert": True})
        try:
            await write_many(self._received, "insert", rows, session)
            await write_many(self._sequences, "update", lanes, session)
        except BulkWriteError as failed:
            if is_duplicate(failed):
                raise ReceivedBefore("one of these facts was received before") from failed
            raise

    def _own(self, id: str) -> str:
        return f"{self._consumer}|{id}"
