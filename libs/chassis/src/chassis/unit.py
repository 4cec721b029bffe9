"""The unit of work: reads what it needs, decides, and writes everything in one atomic write at the end.

Nothing is locked while it reads. Each changed document carries the version it was read with, so a unit that was
overtaken changes nothing at all and is done again from the start.
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from contracts.event import Event
from contracts.values import Sealed

from chassis.clock import system_now
from chassis.documents import Documents, Raw, plain
from chassis.entries import Entry
from chassis.ids import new_id
from chassis.matching import matches, ordered
from chassis.scopes import Scope, covers
from chassis.sealed import Sealing, SealingNothing
from chassis.store import (
    MAX_EVENT_BYTES,
    MAX_PENDING_BYTES,
    AlreadyExists,
    BriefsWanted,
    Change,
    EventTooLarge,
    ForeignDealer,
    Overloaded,
    Pending,
    Store,
    VersionConflict,
)

__all__ = ["AlreadyExists", "EventTooLarge", "Overloaded", "Unit", "Unknown", "VersionConflict"]

A = TypeVar("A")
MOST = 1000
"""So many documents one question brings, unless it says otherwise."""


class Unknown(Exception):
    """There is no such document within the caller's scope; a foreign one answers the same (X1)."""

    code = "unknown"
    kind = "not-found"


class LinkSigning(Protocol):
    """Personal links for customers."""

    def sign(self, purpose: str, dealer_id: str, subject: str, expires_at: datetime, **extra: str) -> str: ...


class Unit:
    """The pen a use case writes with. ``now`` is business time and stands still within the unit."""

    def __init__(
        self,
        store: Store,
        *,
        scope: Scope,
        actor: str,
        now: datetime,
        sealing: Sealing,
        links: LinkSigning,
        traceparent: Callable[[], str] = str,
    ) -> None:
        self.scope = scope
        self.actor = actor
        self.now = now
        self.visit_id: str | None = None
        self._store = store
        self._sealing = sealing
        self._links = links
        self._traceparent = traceparent
        self._entries: dict[tuple[str, str], Entry] = {}
        self._touched: set[tuple[str, str]] = set()
        self._read_ahead: dict[tuple[str, str], Raw | None] = {}
        """(collection, id) -> the document, None when it is unknown; writes are conditional all the same."""
        self._briefs_ahead: tuple[BriefsWanted | None, list[Raw]] = None, []
        self._missed: list[tuple[str, str]] = []
        """What was looked for in the present scope and is unknown there."""

    # --- reading -----------------------------------------------------------------------------------------------------

    async def find(self, documents: Documents[A], id: str) -> A | None:
        """The document with this id, or None. Within a unit it is always the same object."""
        entry = self._entries.get((documents.name, id))
        if entry is None:
            key = (documents.name, id)
            ahead = key in self._read_ahead
            raw = self._read_ahead[key] if ahead else await self._store.load(documents, self.scope, id)
            if raw is None:
                if not ahead:
                    # Missing stays missing within this unit: a document made meanwhile is a collision, not a save.
                    self._read_ahead[key] = None
                    self._missed.append(key)
                return None
            entry = self._keep(documents, raw)
        self._touched.add((documents.name, id))
        if entry.removed or not covers(self.scope, entry.aggregate.dealer_id):
            return None
        return entry.aggregate

    async def look_ahead(
        self, *wanted: tuple[Documents[Any], str], briefs: tuple[Documents[Any], Raw] | None = None
    ) -> None:
        """Documents of several kinds with one question to the store: ``find`` and ``get`` cost nothing then.

        Nor does ``briefs`` for the same filter, where it is asked for together with documents.
        """
        asked = [(documents, id) for documents, id in wanted if not self._knows(documents, id)]
        if len(asked) + bool(briefs) > 1 and asked:
            also = BriefsWanted(briefs[0], plain(briefs[1]), MOST) if briefs else None
            found = await self._store.load_together(asked, self.scope, also)
            known = zip(asked, found.documents, strict=True)
            self._read_ahead |= {(documents.name, id): raw for (documents, id), raw in known}
            if also:
                self._briefs_ahead = also, found.briefs

    async def get(self, documents: Documents[A], id: str) -> A:
        """The document with this id. Raises ``Unknown``."""
        found = await self.find(documents, id)
        if found is None:
            raise Unknown(f"there is no {documents.aggregate} {id} here: check the id and the dealer")
        return found

    async def query(
        self,
        documents: Documents[A],
        wanted: Raw,
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = MOST,
        skip: int = 0,
    ) -> list[A]:
        """Documents that meet the filter, what this unit has not written yet included."""
        wanted = plain(wanted)
        raws = await self._store.search(documents, self.scope, wanted, sort, limit, skip)
        mine = {id: entry for (name, id), entry in self._entries.items() if name == documents.name and entry.dirty}
        if not mine:
            return [self._see(documents, raw) for raw in raws]
        raws = [raw for raw in raws if raw["_id"] not in mine]
        for id, entry in mine.items():
            state = {**documents.dump(entry.aggregate), "_id": id}
            if not entry.removed and covers(self.scope, entry.aggregate.dealer_id) and matches(state, wanted):
                raws.append(state)
        return [self._see(documents, raw) for raw in ordered(raws, [*sort, ("_id", 1)])[:limit]]

    async def briefs(self, documents: Documents[A], wanted: Raw) -> dict[str, Raw]:
        """The briefs of the documents that meet the filter, by id; not for what this unit changes itself.

        One that was not made with its document's last write, for that was an older release's, is made anew.
        """
        make = documents.brief
        if make is None or any(name == documents.name and entry.dirty for (name, _), entry in self._entries.items()):
            raise LookupError(f"{documents.name} have no briefs, or this unit has changed one: query whole documents")
        asked = BriefsWanted(documents, plain(wanted), MOST)
        ahead, found = self._briefs_ahead
        if ahead != asked:
            found = await self._store.briefs(asked, self.scope)
        old = [raw["_id"] for raw in found if raw.get("_brief_of") != raw["_version"]]
        whole = await self._store.load_all(documents, self.scope, old) if old else []
        anew = {raw["_id"]: plain(make(documents.load(raw))) for raw in whole}
        return {id: brief for raw in found if (brief := anew.get(id := raw["_id"], raw.get("_brief"))) is not None}

    async def count(self, documents: Documents[Any], wanted: Raw) -> int:
        """How many documents meet the filter."""
        if any(name == documents.name and entry.dirty for (name, _), entry in self._entries.items()):
            return len(await self.query(documents, wanted, limit=1_000_000))
        return await self._store.count(documents, self.scope, plain(wanted))

    def each(self, documents: Documents[Any]) -> AsyncIterator[Raw]:
        """All documents of the scope as the store keeps them, one by one: for exports, never for rules."""
        return self._store.each(documents, self.scope)

    def version_of(self, documents: Documents[A], id: str) -> int:
        """The version of a document this unit holds, after the commit the new one. 0 when it does not hold it."""
        entry = self._entries.get((documents.name, id))
        return (entry.version or 0) if entry else 0

    # --- writing -----------------------------------------------------------------------------------------------------

    def add(
        self, documents: Documents[A], aggregate: A, events: Sequence[Event] = (), *, visit_id: str | None = None
    ) -> None:
        """A new document with the facts it announces."""
        key = (documents.name, documents.id_of(aggregate))
        held = self._entries.get(key)
        if held is not None and not held.removed:
            raise AlreadyExists(f"{documents.aggregate} {key[1]} is there already")
        self._entries[key] = Entry(documents, aggregate, held.raw if held else {})
        self._write(key, events, visit_id)

    def save(
        self, documents: Documents[A], aggregate: A, events: Sequence[Event] = (), *, visit_id: str | None = None
    ) -> None:
        """A changed document with the facts it announces."""
        key = (documents.name, documents.id_of(aggregate))
        entry = self._entries.get(key)
        if entry is None or entry.aggregate is not aggregate:
            raise LookupError(f"{documents.aggregate} {key[1]} was not read by this unit: find it first, or add it")
        self._write(key, events, visit_id)

    def remove(self, documents: Documents[A], aggregate: A) -> None:
        """Removes a row of a projection. Documents that announce facts stay."""
        entry = self._entries[(documents.name, documents.id_of(aggregate))]
        entry.dirty = entry.removed = True

    async def command_record(self, documents: Documents[Any], id: str, key: str) -> Raw | None:
        """What a command with this key answered on this document, if it was carried out before."""
        await self.find(documents, id)
        entry = self._entries.get((documents.name, id))
        records = entry.raw.get("_commands", ()) if entry else ()
        return next((record for record in records if record["key"] == key), None)

    def record_command(self, documents: Documents[A], aggregate: A, record: Raw) -> None:
        """Keeps a command's answer with the document, written together with its effect."""
        entry = self._entries[(documents.name, documents.id_of(aggregate))]
        entry.record = {**record, "at": system_now()}
        entry.dirty = True

    # --- values ------------------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        return new_id()

    async def seal(self, person_id: str, text: str) -> Sealed:
        """Encrypts a personal value with the person's own key."""
        return await self._sealing.seal(person_id, text)

    async def open(self, sealed: Sealed | None) -> str | None:
        """The personal value in plain text; None when there is none, or the person was erased."""
        return None if sealed is None else await self._sealing.open(sealed)

    async def seal_bytes(self, person_id: str, content: bytes) -> bytes:
        """As ``seal``, for a file."""
        return await self._sealing.seal_bytes(person_id, content)

    async def open_bytes(self, sealed: bytes) -> bytes | None:
        """The file's content; None when the person was erased."""
        return await self._sealing.open_bytes(sealed)

    def person_id(self, dealer_id: str, phone: str) -> str:
        """The pseudonym of whoever has this phone at this dealer; the same in every service."""
        return self._sealing.person_id(dealer_id, phone)

    def sign_link(self, purpose: str, dealer_id: str, subject: str, expires_at: datetime, **extra: str) -> str:
        """The token of a personal link for one purpose; it expires by business time."""
        return self._links.sign(purpose, dealer_id, subject, expires_at, **extra)

    def keep_nothing(self) -> None:
        """For a rehearsal that is never committed: personal values are left out, for sealing one would make a key."""
        self._sealing = SealingNothing(self._sealing)

    # --- the machinery's side ----------------------------------------------------------------------------------------

    def begin(self, *, scope: Scope, actor: str, visit_id: str | None) -> None:
        """The next fact of a batch: whose it is, and which documents it touches from here on."""
        self._briefs_ahead = None, []
        if scope != self.scope:
            for key in self._missed:
                del self._read_ahead[key]
            self._missed.clear()
        self.scope, self.actor, self.visit_id = scope, actor, visit_id
        self._touched = set()

    def hold(self, documents: Documents[Any], raw: Raw) -> None:
        """A document that was read already, for ``find``."""
        self._read_ahead[(documents.name, raw["_id"])] = raw

    async def read_ahead(self, documents: Documents[Any], ids: Collection[str]) -> None:
        """Reads many documents in one query, for ``find``; what is unknown is remembered as unknown."""
        if ids:
            found = await self._store.load_all(documents, self.scope, list(ids))
            known = {raw["_id"]: raw for raw in found}
            self._read_ahead.update({(documents.name, id): known.get(id) for id in ids})

    async def timer_due(self, documents: Documents[Any], id: str, name: str) -> datetime | None:
        """When the document, as it is now, wants this timer; None when it does not want it any more."""
        await self.find(documents, id)
        entry = self._entries.get((documents.name, id))
        return entry.raw.get("_timers", {}).get(name) if entry else None

    def undo_is_safe(self) -> bool:
        """Whether what the current fact touched can be forgotten without losing an earlier fact's changes."""
        return not any(self._entries[key].dirty for key in self._touched if key in self._entries)

    def forget_touched(self) -> None:
        for key in self._touched:
            self._entries.pop(key, None)

    def written(self) -> set[str]:
        """Names of the documents this unit changes: ``<aggregate>/<id>``."""
        return {f"{entry.documents.aggregate}/{id}" for (_, id), entry in self._entries.items() if entry.dirty}

    def changes(self) -> list[Change]:
        """What is to be written."""
        return [change for entry in self._entries.values() if entry.dirty and (change := entry.change())]

    async def commit(self) -> None:
        """Writes everything at once. Raises ``VersionConflict``, ``AlreadyExists``; then nothing was written."""
        changes = self.changes()
        if changes:
            await self._store.commit(changes)
        self.committed(changes)

    def committed(self, changes: Sequence[Change]) -> None:
        """The store took the changes: the versions in hand are the new ones."""
        self._briefs_ahead = None, []
        for change in changes:
            entry = self._entries[(change.documents.name, change.id)]
            entry.raw = {
                **entry.raw,
                **change.state,
                "_id": change.id,
                "_version": (change.version or 0) + 1,
                "_stamp": change.stamp,
                "_sequence": change.sequence + len(change.pending),
            }
            entry.pending, entry.record, entry.dirty = [], None, False

    def _knows(self, documents: Documents[Any], id: str) -> bool:
        key = (documents.name, id)
        return key in self._entries or key in self._read_ahead

    def _keep(self, documents: Documents[Any], raw: Raw) -> Entry:
        entry = Entry(documents, documents.load(raw), raw)
        self._entries[(documents.name, raw["_id"])] = entry
        return entry

    def _see(self, documents: Documents[Any], raw: Raw) -> Any:
        key = (documents.name, raw["_id"])
        self._touched.add(key)
        entry = self._entries.get(key) or self._keep(documents, raw)
        return entry.aggregate

    def _write(self, key: tuple[str, str], events: Sequence[Event], visit_id: str | None) -> None:
        entry = self._entries[key]
        if not covers(self.scope, entry.aggregate.dealer_id):
            raise ForeignDealer(f"{entry.documents.aggregate} {key[1]} belongs to a dealer outside this unit's scope")
        if entry.raw.get("_pending_bytes", 0) > MAX_PENDING_BYTES:
            raise Overloaded("too many facts wait for the broker: try again in a moment")
        if events:
            if not entry.documents.announces:
                raise LookupError(f"{entry.documents.name} are declared to announce nothing")
            visit_id = visit_id or entry.documents.visit_of(entry.aggregate) or self.visit_id
            for event in events:
                entry.pending.append(recorded := self._pending(event, visit_id))
                if entry.documents.told:
                    entry.documents.told(entry.aggregate, recorded, event)
        entry.dirty = True
        self._touched.add(key)

    def _pending(self, event: Event, visit_id: str | None) -> Pending:
        data = event.model_dump_json()
        if len(data) > MAX_EVENT_BYTES // 4 and len(data.encode()) > MAX_EVENT_BYTES:
            raise EventTooLarge(f"{event.wire_type} has {len(data)} characters: keep it in the store, announce its id")
        return Pending(
            id=new_id(),
            type=event.wire_type,
            data=data,
            at=self.now,
            recorded_at=system_now(),
            actor=self.actor,
            visit_id=visit_id,
            traceparent=self._traceparent(),
        )
