"""Facts that stand aside: waiting for a prerequisite, tried again after a failure, or dead.

A fact that stands aside holds back the later facts of its own aggregate and nobody else's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from chassis.clock import system_now
from chassis.documents import Raw
from chassis.store import VersionConflict
from chassis.unit import Unknown

COLLECTION = "set_aside"
TRIES = 5
_PAUSES_S = (0.5, 1.0, 3.0, 8.0, 10.0)
"""Between the tries of a failed fact: five tries end within 30 s."""
WAITING_PAUSE_S = 2.0
"""A waiting fact is looked at this often as well, should its prerequisite have come another way."""
ALARM_AFTER_S = 600.0


class State(StrEnum):
    """Why a fact stands aside."""

    WAITING = "WAITING"
    """Its prerequisite is not known yet, or an earlier fact of its aggregate is missing."""
    PARKED = "PARKED"
    """Its handler failed; it is tried again."""
    BEHIND = "BEHIND"
    """An earlier fact of the same aggregate stands aside."""
    DEAD = "DEAD"
    """Tried often enough, or not readable: somebody has to look."""
    DROPPED = "DROPPED"
    """Given up by somebody, with a reason."""


@dataclass(frozen=True, slots=True)
class Aside:
    """One fact that stands aside, with its original bytes."""

    id: str
    consumer: str
    lane: str
    """Topic and aggregate: facts of one lane stay in order."""
    sequence: int
    state: State
    reason: str
    waits_for: str
    tries: int
    since: datetime
    next_try: datetime
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    def raw(self) -> Raw:
        """As the store keeps it."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name not in ("id", "headers")}
        headers = [list(pair) for pair in self.headers]
        said = {"type": self._said("ce_type"), "dealer": self._said("ce_dealer")}
        return {"_id": self.id, **fields, "state": self.state.value, "headers": headers, **said}

    def _said(self, header: str) -> str:
        """What the sender called it, to look for; whether it is that is another question. Empty when not said."""
        named = next((value for name, value in self.headers if name == header and value), b"")
        return named[:300].decode(errors="replace")

    @classmethod
    def of(cls, raw: Raw) -> "Aside":
        fields = {name: raw[name] for name in cls.__slots__ if name not in ("id", "headers", "state")}
        headers = tuple((name, None if value is None else bytes(value)) for name, value in raw["headers"])
        return cls(id=raw["_id"], headers=headers, state=State(raw["state"]), **fields)


def pause_after(tries: int) -> timedelta:
    """How long a fact rests after its n-th failed try (1, 2, …)."""
    return timedelta(seconds=_PAUSES_S[min(tries, len(_PAUSES_S)) - 1])


class SetAside:
    """The facts that stand aside in one service."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._rows = database[COLLECTION]
        self._sequences = database["sequences"]

    async def prepare(self) -> None:
        await self._rows.create_indexes(
            [
                IndexModel([("consumer", 1), ("lane", 1), ("sequence", 1)]),
                IndexModel([("consumer", 1), ("waits_for", 1)]),
                IndexModel([("consumer", 1), ("state", 1), ("next_try", 1)]),
            ]
        )

    # --- for the consumer --------------------------------------------------------------------------------------------

    async def heads(self, consumer: str, lanes: Iterable[str]) -> dict[str, int]:
        """The lowest sequence that stands aside, for each of these lanes that has one."""
        wanted = {"consumer": consumer, "lane": {"$in": list(lanes)}, "state": {"$ne": State.DROPPED.value}}
        heads: dict[str, int] = {}
        async for raw in self._rows.find(wanted, {"lane": 1, "sequence": 1}):
            heads[raw["lane"]] = min(raw["sequence"], heads.get(raw["lane"], raw["sequence"]))
        return heads

    async def any(self, consumer: str) -> bool:
        """Whether this consumer has put anything aside at all: mostly not, and then there is nothing to look up."""
        wanted = {"consumer": consumer, "state": {"$ne": State.DROPPED.value}}
        return await self._rows.find_one(wanted, {"_id": 1}) is not None

    async def waiting_for(self, consumer: str, written: Iterable[str]) -> list[str]:
        """Lanes whose head waits for one of these documents (``<aggregate>/<id>``)."""
        wanted = {"consumer": consumer, "waits_for": {"$in": list(written)}, "state": State.WAITING.value}
        return await self._rows.distinct("lane", wanted)

    async def due(self, consumer: str, limit: int = 50) -> list[str]:
        """Lanes whose first fact is to be tried now. A dead one holds its lane until somebody decides."""
        heads = await self._rows.aggregate(
            [
                {"$match": {"consumer": consumer, "state": {"$ne": State.DROPPED.value}}},
                {"$sort": {"lane": 1, "sequence": 1, "since": 1}},
                {"$group": {"_id": "$lane", "state": {"$first": "$state"}, "next_try": {"$first": "$next_try"}}},
                {"$match": {"state": {"$ne": State.DEAD.value}, "next_try": {"$lte": system_now()}}},
                {"$sort": {"next_try": 1}},
                {"$limit": limit},
            ]
        )
        return [raw["_id"] async for raw in heads]

    async def undecided(self, consumer: str, topics: Iterable[str]) -> list[tuple[tuple[str, int], int, str]]:
        """Where the facts stood that may still have their effect by themselves: partition, offset and dealer, which is
        empty for a fact that names none.

        What is dead needs somebody's decision, and what waits longer than ``ALARM_AFTER_S`` may never come.
        """
        states = [State.WAITING.value, State.PARKED.value, State.BEHIND.value]
        since = system_now() - timedelta(seconds=ALARM_AFTER_S)
        wanted = {
            "consumer": consumer,
            "state": {"$in": states},
            "topic": {"$in": list(topics)},
            "since": {"$gt": since},
        }
        found = self._rows.find(wanted, {"topic": 1, "partition": 1, "offset": 1, "dealer": 1})
        rows = await found.to_list()
        return [((raw["topic"], raw["partition"]), raw["offset"], raw.get("dealer", "")) for raw in rows]

    async def lane(self, consumer: str, lane: str, limit: int = 200) -> list[Aside]:
        """What stands aside in a lane, in order."""
        wanted = {"consumer": consumer, "lane": lane, "state": {"$ne": State.DROPPED.value}}
        found = self._rows.find(wanted).sort([("sequence", ASCENDING), ("since", ASCENDING)]).limit(limit)
        return [Aside.of(raw) async for raw in found]

    async def keep(self, rows: Sequence[Aside], session: AsyncClientSession) -> None:
        """Writes new rows in the consumer's transaction."""
        for row in rows:
            await self._rows.replace_one({"_id": row.id}, row.raw(), upsert=True, session=session)

    async def postpone(self, read: Aside, now: Aside) -> None:
        """Writes down a try that had no effect, unless somebody applied or decided it since it was read."""
        as_read = {"_id": read.id, "state": read.state.value, "tries": read.tries, "next_try": read.next_try}
        await self._rows.replace_one(as_read, now.raw())

    async def release(self, ids: Sequence[str], session: AsyncClientSession) -> None:
        """Takes applied facts out, in the transaction of their effect; what was decided meanwhile stands."""
        gone = await self._rows.delete_many(
            {"_id": {"$in": list(ids)}, "state": {"$ne": State.DROPPED.value}}, session=session
        )
        if gone.deleted_count != len(ids):
            raise VersionConflict("one of these facts was applied or given up meanwhile")

    # --- for people --------------------------------------------------------------------------------------------------

    async def counts(self) -> dict[str, int]:
        """How many facts stand aside, by state."""
        cursor = await self._rows.aggregate([{"$group": {"_id": "$state", "count": {"$sum": 1}}}])
        return {raw["_id"]: raw["count"] async for raw in cursor}

    async def alarming(self) -> int:
        """Facts that wait for their prerequisite longer than they should."""
        too_long = system_now() - timedelta(seconds=ALARM_AFTER_S)
        return await self._rows.count_documents({"state": State.WAITING.value, "since": {"$lte": too_long}})

    async def list(
        self, state: str | None = None, limit: int = 100, *, consumer: str | None = None, type: str | None = None
    ) -> list[Raw]:
        """Facts that stand aside, oldest first, without their bytes."""
        asked = {"state": state, "consumer": consumer, "type": type}
        wanted = {name: value for name, value in asked.items() if value is not None}
        found = self._rows.find(wanted, {"value": 0, "headers": 0, "key": 0}).sort("since", ASCENDING).limit(limit)
        return [raw async for raw in found]

    async def get(self, id: str) -> Raw:
        """One fact with its original bytes and headers. Raises ``Unknown``."""
        raw = await self._rows.find_one({"_id": id})
        if raw is None:
            raise Unknown(f"no fact {id} stands aside here: list them first")
        return raw

    async def replay(self, id: str, actor: str) -> None:
        """Has a dead fact tried again from the start; applying it twice is impossible. Raises ``Unknown``.

        For a fact that was given up this undoes that; later facts of its aggregate may have been applied since.
        """
        await self._decide(
            id, {"state": State.PARKED.value, "tries": 0, "next_try": system_now(), "replayed_by": actor}
        )

    async def drop(self, id: str, reason: str, actor: str) -> None:
        """Gives a fact up; those behind it go on. It stays to be seen. Raises ``Unknown``."""
        dropped = await self.get(id)
        decided = {"dropped_because": reason, "dropped_by": actor, "decided_at": system_now()}
        lane = f"{dropped['consumer']}|{dropped['lane']}"

        async def both(session: AsyncClientSession) -> None:
            await self._rows.update_one(
                {"_id": id}, {"$set": {"state": State.DROPPED.value, **decided}}, session=session
            )
            # Its place in the sequence is passed, or the next fact would wait for it for ever.
            await self._sequences.update_one(
                {"_id": lane}, {"$max": {"sequence": dropped["sequence"]}}, upsert=True, session=session
            )

        async with self._rows.database.client.start_session() as session:
            await session.with_transaction(both)

    async def _decide(self, id: str, fields: Raw) -> None:
        decided = await self._rows.update_one({"_id": id}, {"$set": fields})
        if decided.matched_count == 0:
            raise Unknown(f"no fact {id} stands aside here: list them first")
