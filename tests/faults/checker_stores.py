"""What the services have written down: every document, memory of duplicates, position and fact that stands aside."""

import importlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chassis.documents import Documents
from chassis.effects import Consumer
from chassis.inbox import Inbox
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

Raw = dict[str, Any]


@dataclass(frozen=True)
class Built:
    """How a service is put together, told by its own composition root."""

    name: str
    documents: tuple[Documents[Any], ...]
    consumers: tuple[Consumer, ...]

    @classmethod
    def of(cls, service: str) -> "Built":
        runtime = importlib.import_module(f"{service}.main").app.state.runtime
        consumers = tuple(one.consumer for one in runtime.listening)
        return cls(service, tuple(runtime._documents), consumers)

    @property
    def collection_of(self) -> dict[str, str]:
        """Aggregate -> collection."""
        return {documents.aggregate: documents.name for documents in self.documents}

    def listens_to(self, wire_type: str) -> bool:
        return any(event.wire_type == wire_type for consumer in self.consumers for event in consumer.handlers)

    @property
    def topics(self) -> set[str]:
        return {topic for consumer in self.consumers for topic in consumer.topics}


@dataclass
class Kept:
    """One service's store at one moment. ``documents``: collection -> id -> document."""

    built: Built
    documents: dict[str, dict[str, Raw]] = field(default_factory=lambda: defaultdict(dict))
    inbox: set[str] = field(default_factory=set)
    sequences: dict[str, int] = field(default_factory=dict)
    positions: dict[tuple[str, int], int] = field(default_factory=dict)
    aside: list[Raw] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.built.name

    def every(self) -> Iterator[tuple[str, Raw]]:
        """All documents with their collection."""
        for collection, raws in self.documents.items():
            for raw in raws.values():
                yield collection, raw

    def of_aggregate(self, aggregate: str, id: str) -> Raw | None:
        """The document that announces this aggregate's facts."""
        return self.documents.get(self.built.collection_of.get(aggregate, ""), {}).get(id)


class Stores:
    """The services' databases, as the administrator sees them. Only what a majority has is seen."""

    def __init__(self, url: str, services: Collection[str]) -> None:
        self.client: AsyncMongoClient[Any] = AsyncMongoClient(
            url, tz_aware=True, timeoutMS=10_000, serverSelectionTimeoutMS=5_000, connectTimeoutMS=3_000
        )
        self.built = {service: Built.of(service) for service in services}

    async def close(self) -> None:
        await self.client.close()

    def database(self, service: str) -> AsyncDatabase[Any]:
        return self.client.get_database(service, read_concern=ReadConcern("majority"))

    async def positions(self, service: str) -> dict[tuple[str, int], int]:
        """The next offsets, as the service itself would read them."""
        found: dict[tuple[str, int], int] = {}
        for consumer in self.built[service].consumers:
            found |= await Inbox(self.database(service), consumer.name).positions()
        return found

    async def kept(self, dealers: Collection[str] | None) -> dict[str, Kept]:
        """Everything, or everything of these dealers."""
        return {service: await self._kept(built, dealers) for service, built in self.built.items()}

    async def _kept(self, built: Built, dealers: Collection[str] | None) -> Kept:
        kept, database = Kept(built), self.database(built.name)
        mine: Mapping[str, Any] = {} if dealers is None else {"dealer_id": {"$in": list(dealers)}}
        for documents in built.documents:
            async for raw in database[documents.name].find(mine):
                kept.documents[documents.name][raw["_id"]] = raw
        async for raw in database["inbox"].find({}, {"_id": 1}):
            kept.inbox.add(raw["_id"].partition("|")[2])
        async for raw in database["sequences"].find({"sequence": {"$exists": True}}):
            kept.sequences[raw["_id"].partition("|")[2]] = raw["sequence"]
        kept.positions = await self.positions(built.name)
        kept.aside = [raw async for raw in database["set_aside"].find({})]
        return kept
