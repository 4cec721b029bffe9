"""A store in memory with the same rules as the real one: for fast tests of use cases and consumers."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chassis.documents import Documents, Raw
from chassis.matching import matches, ordered
from chassis.scopes import Scope, scope_filter
from chassis.store import AlreadyExists, BriefsWanted, Change, Pending, Together, VersionConflict


@dataclass
class Announced:
    """A fact as the memory store recorded it."""

    change: Change
    sequence: int
    pending: Pending


@dataclass
class MemoryStore:
    """Documents and announced facts in dictionaries and lists."""

    documents: dict[str, dict[str, Raw]] = field(default_factory=dict)
    announced: list[Announced] = field(default_factory=list)
    written: Callable[[str, str], None] = lambda collection, dealer_id: None
    """Called for every document that was written."""

    async def load(self, documents: Documents[Any], scope: Scope, id: str) -> Raw | None:
        raw = self.documents.get(documents.name, {}).get(id)
        return _copied(raw) if raw is not None and matches(raw, scope_filter(scope)) else None

    async def load_all(self, documents: Documents[Any], scope: Scope, ids: Sequence[str]) -> list[Raw]:
        return [raw for id in ids if (raw := await self.load(documents, scope, id)) is not None]

    async def load_together(
        self, wanted: Sequence[tuple[Documents[Any], str]], scope: Scope, briefs: BriefsWanted | None = None
    ) -> Together:
        found = [await self.load(documents, scope, id) for documents, id in wanted]
        return Together(found, await self.briefs(briefs, scope) if briefs else [])

    async def search(
        self,
        documents: Documents[Any],
        scope: Scope,
        wanted: Raw,
        sort: Sequence[tuple[str, int]],
        limit: int,
        skip: int,
    ) -> list[Raw]:
        everything = self.documents.get(documents.name, {}).values()
        found = [raw for raw in everything if matches(raw, scope_filter(scope)) and matches(raw, wanted)]
        return _copied(ordered(found, [*sort, ("_id", 1)])[skip : skip + limit])

    async def briefs(self, asked: BriefsWanted, scope: Scope) -> list[Raw]:
        return await self.search(asked.documents, scope, asked.wanted, (), asked.limit, 0)

    async def count(self, documents: Documents[Any], scope: Scope, wanted: Raw) -> int:
        return len(await self.search(documents, scope, wanted, (), 1_000_000, 0))

    async def each(self, documents: Documents[Any], scope: Scope) -> AsyncIterator[Raw]:
        for raw in await self.search(documents, scope, {}, (), 1_000_000, 0):
            yield raw

    async def commit(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._check(change)
        for change in changes:
            self._apply(change)
        for change in changes:
            self.written(change.documents.name, change.dealer_id)

    async def confirm_majority(self) -> None:
        return

    async def holds_record(self, documents: Documents[Any], id: str, key: str) -> bool:
        records = self.documents.get(documents.name, {}).get(id, {}).get("_commands", ())
        return any(record["key"] == key for record in records)

    def _check(self, change: Change) -> None:
        collection = self.documents.get(change.documents.name, {})
        present = collection.get(change.id)
        if change.version is None and present is not None:
            raise AlreadyExists(f"{change.documents.aggregate} {change.id} is there already")
        read = (change.version, change.read_stamp)
        if change.version is not None and (present is None or (present["_version"], present.get("_stamp")) != read):
            raise VersionConflict(f"{change.documents.aggregate} {change.id} was changed meanwhile")
        for fields in change.documents.unique:
            new = {**(present or {}), **change.state}
            wanted = {name: new.get(name) for name in ("dealer_id", *fields)}
            if any(raw["_id"] != change.id and matches(raw, wanted) for raw in collection.values()):
                raise AlreadyExists(f"another {change.documents.aggregate} has the same {', '.join(fields)}")

    def _apply(self, change: Change) -> None:
        collection = self.documents.setdefault(change.documents.name, {})
        if change.removed:
            del collection[change.id]
            return
        raw = collection.setdefault(change.id, {"_id": change.id, "_version": 0})
        raw.update(_copied(change.state))
        raw["_version"] += 1
        raw["_stamp"] = change.stamp
        raw["_sequence"] = change.sequence + len(change.pending)
        for offset, pending in enumerate(change.pending, start=1):
            self.announced.append(Announced(change, change.sequence + offset, pending))


def _copied(value: Any) -> Any:
    """A copy down to the leaves. What a store holds is made of dictionaries, lists and values that never change."""
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    return value
