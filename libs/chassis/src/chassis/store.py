"""What a store does for a unit of work, and what it refuses. Two stores keep this promise: MongoDB's and memory's."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any, Protocol

from chassis.documents import Documents, Raw, plain
from chassis.scopes import Scope

MAX_EVENT_BYTES = 64 * 1024
MAX_PENDING_BYTES = 8 * 1024 * 1024
FACT_FIELDS_BYTES = 400
"""About what a waiting fact takes in its document beside its data."""
COMMAND_DAYS = 14


class VersionConflict(Exception):
    """Somebody else changed the document since it was read: read again, decide again."""

    code = "version-conflict"


class AlreadyExists(Exception):
    """A document with this id, or with this unique value, is there already."""

    code = "already-exists"


class Overloaded(Exception):
    """Too many facts of this document wait for the broker: come back later."""

    code = "overloaded"


class EventTooLarge(Exception):
    """A fact of more than 64 KiB is refused: keep large things in the store and announce their id."""

    code = "event-too-large"


class ForeignDealer(Exception):
    """A unit of work tried to write outside its scope. This is a defect, never a user's error."""

    code = "foreign-dealer"


@dataclass(frozen=True, slots=True)
class Pending:
    """A fact on its way: recorded with the state that caused it, not yet acknowledged by Kafka."""

    id: str
    type: str
    data: str
    at: datetime
    recorded_at: datetime
    actor: str
    visit_id: str | None
    traceparent: str


@dataclass(slots=True)
class Change:
    """One document's part of an atomic write. ``version`` and ``read_stamp`` are those read; None inserts."""

    documents: Documents[Any]
    id: str
    dealer_id: str
    version: int | None
    sequence: int
    state: Raw
    """All fields of a new document; of a changed one only those that differ."""
    pending: list[Pending] = field(default_factory=list)
    removed: bool = False
    read_stamp: str | None = None
    """A version's number alone does not name it: what a lost primary took and a majority never had has the same
    number as what was written instead. None: written by a release without stamps."""
    stamp: str = field(default_factory=lambda: token_hex(6))
    """Of the version that this writes; the same when the driver sends it again."""


@dataclass(frozen=True, slots=True)
class BriefsWanted:
    """A question for briefs, of documents that meet a filter."""

    documents: Documents[Any]
    wanted: Raw
    limit: int


@dataclass(frozen=True, slots=True)
class Together:
    """What one question brought: documents in the order asked, None for an unknown one, and briefs."""

    documents: list[Raw | None]
    briefs: list[Raw]


class Store(Protocol):
    """Where documents live."""

    async def load(self, documents: Documents[Any], scope: Scope, id: str) -> Raw | None:
        """The document, without its pending facts; None when unknown or outside the scope."""
        ...

    async def load_all(self, documents: Documents[Any], scope: Scope, ids: Sequence[str]) -> list[Raw]:
        """Those of these documents that are known inside the scope, in any order, without their pending facts."""
        ...

    async def load_together(
        self, wanted: Sequence[tuple[Documents[Any], str]], scope: Scope, briefs: BriefsWanted | None = None
    ) -> Together:
        """Documents of several kinds, perhaps with briefs, by one question; else as ``load`` and ``briefs``."""
        ...

    async def search(
        self,
        documents: Documents[Any],
        scope: Scope,
        wanted: Raw,
        sort: Sequence[tuple[str, int]],
        limit: int,
        skip: int,
    ) -> list[Raw]:
        """Documents inside the scope that meet the filter."""
        ...

    async def briefs(self, asked: BriefsWanted, scope: Scope) -> list[Raw]:
        """Id, version and brief of documents inside the scope that meet the filter."""
        ...

    async def count(self, documents: Documents[Any], scope: Scope, wanted: Raw) -> int: ...

    def each(self, documents: Documents[Any], scope: Scope) -> AsyncIterator[Raw]:
        """All documents inside the scope one by one, in any order, without their pending facts."""
        ...

    async def commit(self, changes: Sequence[Change]) -> None:
        """All changes or none. Raises ``VersionConflict``, ``AlreadyExists``."""
        ...

    async def confirm_majority(self) -> None:
        """Returns when everything written before cannot be rolled back any more."""
        ...

    async def holds_record(self, documents: Documents[Any], id: str, key: str) -> bool:
        """Whether the record of a command is kept by a majority."""
        ...


def changed_fields(raw: Raw, state: Raw) -> Raw:
    """The fields of ``state`` that differ from the document read."""
    return {name: value for name, value in state.items() if name not in raw or raw[name] != value}


def brief_fields(documents: Documents[Any], aggregate: Any, version: int) -> Raw:
    """The brief of a state, and the version it belongs to."""
    return {"_brief": plain(documents.brief(aggregate)), "_brief_of": version} if documents.brief else {}


def timer_fields(documents: Documents[Any], aggregate: Any) -> Raw:
    """The timers a state asks for: name -> due time, and the next one for the index."""
    timers = dict(documents.timers(aggregate))
    return {"_timers": timers, "_next_due": min(timers.values(), default=None)}
