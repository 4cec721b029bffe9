"""The real store: one conditional write per changed document, a transaction only where several change at once."""

from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any, Literal

import bson
import pymongo
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING, AsyncMongoClient, IndexModel
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError, OperationFailure
from pymongo.read_concern import ReadConcern

from chassis import failpoints
from chassis.clock import system_now
from chassis.documents import MOST_REMEMBERED, Documents, Raw
from chassis.scopes import Scope, scope_filter
from chassis.settings import MONGO_TIMEOUT_S
from chassis.store import FACT_FIELDS_BYTES, AlreadyExists, BriefsWanted, Change, Pending, Together, VersionConflict

DUPLICATE_KEY = 11000
NAMESPACE_EXISTS = 48
WRITE_S = MONGO_TIMEOUT_S
"""One transaction with all its repetitions: somebody killed in the middle of his may keep documents locked longer."""
MANY = 10
"""From so many documents of a kind on, one look at their versions is cheaper than a condition in each write."""
HAS_PENDING: Raw = {"_pending.seq": {"$gt": 0}}
"""Documents with facts that Kafka has not acknowledged; the partial index has exactly these."""

_DECODED: CodecOptions[Raw] = CodecOptions(tz_aware=True)
_ENCODED = CodecOptions(document_class=RawBSONDocument)

_WHOLE = {"_pending": 0, "_brief": 0}
"""Without what is kept for the relay and for questions of many."""
_BRIEF = {"_version": 1, "_brief_of": 1, "_brief": 1}
MAJORITY = ReadConcern("majority")
_BRIEFS = "briefs"
_BY_ID = [("_id", ASCENDING)]
"""No other index is a candidate then: asking the planner costs more than reading the document."""

Kind = Literal["insert", "update", "delete"]
_FIELD = {"insert": "documents", "update": "updates", "delete": "deletes"}
MESSAGE_BYTES = 16 * 1024 * 1024
"""A message may have 48 MB; this and the last document stay below."""

Also = Callable[[AsyncClientSession], Awaitable[None]]
"""Further writes of the same transaction: a consumer's inbox and position."""


class MongoStore:
    """Documents of one service in its own database."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self.database = database
        self.timer_wanted: Callable[[datetime], None] = lambda due: None
        """Called when a document that wants a timer was written, with the first that falls due."""
        self.facts_recorded: Callable[[str], None] = lambda collection: None
        """Called when facts were recorded in a collection: the relay need not wait to be told by the store."""
        self._client: AsyncMongoClient[Any] = database.client
        self._remembered: OrderedDict[tuple[str, str], tuple[bytes, Raw]] = OrderedDict()

    async def prepare(self, every: Sequence[Documents[Any]]) -> None:
        """Makes collections and indexes; they must exist before the first transaction."""
        await make_collections(self.database, [documents.name for documents in every])
        for documents in every:
            await self.database[documents.name].create_indexes(_indexes(documents))

    async def load(self, documents: Documents[Any], scope: Scope, id: str) -> Raw | None:
        # A bare command costs two thirds of ``find_one``, which makes a cursor; but only that would be sent once more.
        command = {"find": documents.name, "filter": _of_id(id, scope), "projection": _WHOLE, "limit": 1}
        command["singleBatch"] = True
        try:
            found = await self.database.command(command, codec_options=_DECODED)
        except AutoReconnect:
            found = await self.database.command(command, codec_options=_DECODED)
        return next(iter(found["cursor"]["firstBatch"]), None)

    async def load_all(self, documents: Documents[Any], scope: Scope, ids: Sequence[str]) -> list[Raw]:
        wanted = {"_id": {"$in": list(ids)}, **scope_filter(scope)}
        # One answer instead of a first small one and a second.
        found = self.database[documents.name].find(wanted, _WHOLE, batch_size=len(ids) + 1)
        return await found.hint(_BY_ID).to_list()

    async def load_together(
        self, wanted: Sequence[tuple[Documents[Any], str]], scope: Scope, briefs: BriefsWanted | None = None
    ) -> Together:
        # To ask four times costs this process three times as much, and the server twice.
        parts: list[tuple[str, list[Raw]]] = [
            (documents.name, [{"$match": _of_id(id, scope)}, {"$unset": list(_WHOLE)}, _told_as(str(place))])
            for place, (documents, id) in enumerate(wanted)
        ]
        if briefs:
            match: list[Raw] = [{"$match": _both(briefs.wanted, scope)}, {"$limit": briefs.limit}]
            parts.append((briefs.documents.name, [*match, {"$project": _BRIEF}, _told_as(_BRIEFS)]))
        (first, pipeline), *others = parts
        pipeline += [{"$unionWith": {"coll": name, "pipeline": part}} for name, part in others]
        asked = self.database[first].with_options(codec_options=_ENCODED)
        # One answer instead of a first small one and a second.
        cursor = await asked.aggregate(pipeline, batchSize=len(wanted) + (briefs.limit if briefs else 0) + 1)
        found = Together([None] * len(wanted), [])
        for one in await cursor.to_list():
            ((told_as, encoded),) = one.items()
            if told_as == _BRIEFS:
                found.briefs.append(bson.decode(encoded.raw, _DECODED))
            else:
                documents, id = wanted[int(told_as)]
                found.documents[int(told_as)] = self._decoded(documents, id, encoded.raw)
        return found

    def _decoded(self, documents: Documents[Any], id: str, encoded: bytes) -> Raw:
        if not documents.remembered:
            return bson.decode(encoded, _DECODED)
        known = self._remembered.get((documents.name, id))
        if known is None or known[0] != encoded:
            known = encoded, bson.decode(encoded, _DECODED)
            self._remembered[documents.name, id] = known
            if len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        return known[1]

    async def search(
        self,
        documents: Documents[Any],
        scope: Scope,
        wanted: Raw,
        sort: Sequence[tuple[str, int]],
        limit: int,
        skip: int,
    ) -> list[Raw]:
        cursor = self.database[documents.name].find(_both(wanted, scope), _WHOLE)
        if sort:
            cursor = cursor.sort([*sort, ("_id", ASCENDING)])
        return await cursor.skip(skip).limit(limit).to_list()

    async def briefs(self, asked: BriefsWanted, scope: Scope) -> list[Raw]:
        found = self.database[asked.documents.name].find(_both(asked.wanted, scope), _BRIEF)
        return await found.limit(asked.limit).to_list()

    async def count(self, documents: Documents[Any], scope: Scope, wanted: Raw) -> int:
        return await self.database[documents.name].count_documents(_both(wanted, scope))

    async def each(self, documents: Documents[Any], scope: Scope) -> AsyncIterator[Raw]:
        async with self.database[documents.name].find(scope_filter(scope), _WHOLE) as cursor:
            async for raw in cursor:
                yield raw

    async def commit(self, changes: Sequence[Change], also: Also | None = None) -> None:
        if len(changes) == 1 and also is None:
            await self._write_one(changes[0])
        elif changes or also:
            await self._write_all(changes, also)
        wanted = [due for change in changes if (due := change.state.get("_next_due"))]
        if wanted:
            self.timer_wanted(min(wanted))
        for name in {change.documents.name for change in changes if change.pending}:
            self.facts_recorded(name)

    async def confirm_majority(self) -> None:
        # A majority write is later in the log than everything read before it on the same primary; once acknowledged,
        # so is all of that.
        await self.database["barriers"].update_one({"_id": "majority"}, {"$inc": {"passed": 1}}, upsert=True)

    async def holds_record(self, documents: Documents[Any], id: str, key: str) -> bool:
        majority = self.database[documents.name].with_options(read_concern=MAJORITY)
        return await majority.find_one({"_id": id, "_commands.key": key}, {"_id": 1}) is not None

    async def _write_one(self, change: Change, session: AsyncClientSession | None = None) -> None:
        collection = self.database[change.documents.name]
        try:
            if change.version is None:
                await collection.insert_one(_new(change), session=session)
            elif change.removed:
                gone = await collection.delete_one(_as_read(change), session=session)
                _all_matched(gone.deleted_count, 1, change.documents)
            else:
                done = await collection.update_one(_as_read(change), _update(change), session=session)
                _all_matched(done.matched_count, 1, change.documents)
        except DuplicateKeyError as twice:
            raise AlreadyExists(f"{change.documents.aggregate} {change.id}: {_key_of(twice)}") from twice

    async def _write_all(self, changes: Sequence[Change], also: Also | None) -> None:
        by_documents: dict[Documents[Any], list[Change]] = defaultdict(list)
        for change in changes:
            by_documents[change.documents].append(change)

        async def everything(session: AsyncClientSession) -> None:
            for documents, some in by_documents.items():
                await self._write_some(documents, some, session)
            if also is not None:
                await also(session)
            if failpoints.ARMED:
                failpoints.reached("before-commit")

        # The driver would try for two minutes while a caller waits. A batch has no caller and may be long.
        limit = nullcontext() if also else pymongo.timeout(WRITE_S)
        async with self._client.start_session() as session:
            with limit:
                await session.with_transaction(everything)

    async def _write_some(self, documents: Documents[Any], some: list[Change], session: AsyncClientSession) -> None:
        if len(some) == 1:
            await self._write_one(some[0], session)
            return
        collection = self.database[documents.name]
        many = len(some) >= MANY
        if many:
            await self._check_versions(documents, some, session)
        statements: dict[Kind, list[Raw]] = defaultdict(list)
        for change in some:
            kind, statement = _statement(change, by_id=many)
            statements[kind].append(statement)
        try:
            done = [
                await write_many(collection, kind, some_of_those, session)
                for kind, those in statements.items()
                for some_of_those in _messages(those)
            ]
        except BulkWriteError as failed:
            if is_duplicate(failed):
                raise AlreadyExists(f"one of these {documents.name} is there already") from failed
            raise
        _all_matched(sum(done), len(some), documents)

    async def _check_versions(self, documents: Documents[Any], some: list[Change], session: AsyncClientSession) -> None:
        """Compares the versions read with those of the transaction's snapshot.

        What changes after the snapshot fails as a write conflict, so the writes themselves need no condition; by
        their bare id they cost the server half.
        """
        read = {change.id: (change.version, change.read_stamp) for change in some if change.version is not None}
        if not read:
            return
        found = self.database[documents.name].find(
            {"_id": {"$in": list(read)}}, {"_version": 1, "_stamp": 1}, batch_size=len(read) + 1, session=session
        )
        now = {raw["_id"]: (raw["_version"], raw.get("_stamp")) for raw in await found.to_list()}
        if now != read:
            raise VersionConflict(f"one of these {documents.name} was changed meanwhile")


async def write_many(
    collection: AsyncCollection[Any], kind: Kind, statements: Sequence[Raw], session: AsyncClientSession
) -> int:
    """Many writes in one command, of 48 MB together: the driver's own bulk objects cost three times their encoding.

    Returns how many documents were written or matched; raises ``BulkWriteError``.
    """
    if not statements:
        return 0
    command = {kind: collection.name, _FIELD[kind]: statements, "ordered": False}
    done = await collection.database.command(command, session=session)
    if done.get("writeErrors"):
        raise BulkWriteError(done)
    return done["n"]


def _messages(statements: Sequence[Raw]) -> Iterator[Sequence[Any]]:
    """As many as go into one message; encoded already where they are many."""
    if len(bson.encode({"": statements})) <= MESSAGE_BYTES:
        yield statements
        return
    some, size = [], 0
    for statement in statements:
        some.append(encoded := RawBSONDocument(bson.encode(statement)))
        size += len(encoded.raw)
        if size > MESSAGE_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some


def is_duplicate(failed: BulkWriteError) -> bool:
    """Whether one of these is there already."""
    return any(error.get("code") == DUPLICATE_KEY for error in (failed.details or {}).get("writeErrors", ()))


async def make_collections(database: AsyncDatabase[Any], names: Iterable[str]) -> None:
    """Those that are not there yet; another process may be making the same ones at this moment."""
    for name in sorted(set(names) - set(await database.list_collection_names())):
        try:
            await database.create_collection(name, check_exists=False)
        except OperationFailure as failed:
            if failed.code != NAMESPACE_EXISTS:
                raise


def _of_id(id: str, scope: Scope) -> Raw:
    return {"_id": id, **scope_filter(scope)}


def _both(wanted: Raw, scope: Scope) -> Raw:
    own = scope_filter(scope)
    return {"$and": [own, wanted]} if own and "dealer_id" in wanted else {**own, **wanted}


def _told_as(name: str) -> Raw:
    """The documents of a part, so that they can be told from another part's."""
    return {"$replaceWith": {name: "$$ROOT"}}


def _statement(change: Change, *, by_id: bool) -> tuple[Kind, Raw]:
    if change.version is None:
        return "insert", _new(change)
    wanted = {"_id": change.id} if by_id else _as_read(change)
    return ("delete", {"q": wanted, "limit": 1}) if change.removed else ("update", {"q": wanted, "u": _update(change)})


def _as_read(change: Change) -> Raw:
    read: Raw = {"_version": change.version, "_stamp": change.read_stamp}
    return {"_id": change.id, "dealer_id": change.dealer_id, **read}


def _new(change: Change) -> Raw:
    document = {"_id": change.id, **change.state, "_version": 1, "_stamp": change.stamp}
    if not change.documents.announces:
        return document
    pending = _pending(change)
    return {
        **document,
        "_sequence": len(pending),
        "_pending": pending,
        "_pending_bytes": _size(change.pending),
    }


def _update(change: Change) -> Raw:
    update: Raw = {"$inc": {"_version": 1}, "$set": {**change.state, "_stamp": change.stamp}}
    if change.pending:
        update["$set"]["_sequence"] = change.sequence + len(change.pending)
        update["$inc"]["_pending_bytes"] = _size(change.pending)
        update["$push"] = {"_pending": {"$each": _pending(change)}}
    return update


def _pending(change: Change) -> list[Raw]:
    return [
        {
            "seq": change.sequence + offset,
            "id": pending.id,
            "type": pending.type,
            "data": pending.data,
            "at": pending.at,
            "recorded_at": pending.recorded_at,
            "actor": pending.actor,
            "visit_id": pending.visit_id,
            "traceparent": pending.traceparent,
        }
        for offset, pending in enumerate(change.pending, start=1)
    ]


def _size(pending: Sequence[Pending]) -> int:
    """Bytes in the document: a fact's own fields beside its text, for small facts make up a document too."""
    return sum(len(fact.data.encode()) + FACT_FIELDS_BYTES for fact in pending)


def _all_matched(matched: int, wanted: int, documents: Documents[Any]) -> None:
    if matched != wanted:
        raise VersionConflict(f"one of these {documents.name} was changed meanwhile")


def _key_of(twice: DuplicateKeyError) -> str:
    return str((twice.details or {}).get("keyPattern", "the same id"))


def _indexes(documents: Documents[Any]) -> list[IndexModel]:
    due = {"_next_due": {"$gt": system_now().min.replace(year=1970)}}
    every = [
        IndexModel([("_next_due", 1)], name="next_due", partialFilterExpression=due),
        IndexModel([("dealer_id", 1)], name="dealer"),
    ]
    if documents.announces:
        every.append(IndexModel([("_pending.seq", 1)], name="pending", partialFilterExpression=HAS_PENDING))
    for fields in documents.indexes:
        every.append(IndexModel([("dealer_id", 1), *((name, 1) for name in fields)]))
    for fields in documents.unique:
        every.append(IndexModel([("dealer_id", 1), *((name, 1) for name in fields)], unique=True))
    return every
