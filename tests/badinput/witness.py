"""What a service has in its store, to tell whether a refused request left anything there."""

import hashlib
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient
from sevenstep.description import StackDescription

_MOVES_BY_ITSELF = {"leases", "positions", "barriers", "inbox", "sequences", "clock"}
"""The machinery's own: leases are renewed, positions move with others' facts."""


class Witness:
    """Looks at the stores from outside, with an administrator's eyes."""

    def __init__(self, stack: StackDescription) -> None:
        self._client: AsyncMongoClient[Any] = AsyncMongoClient(stack.mongo["url"])

    async def sees(self, service: str) -> dict[str, str]:
        """A digest of each document by ``<collection>/<id>``: state, version, kept answers and pending facts."""
        database = self._client[service]
        found: dict[str, str] = {}
        for name in await database.list_collection_names():
            if name in _MOVES_BY_ITSELF:
                continue
            rows = database.get_collection(name).with_options(
                database.codec_options.with_options(document_class=RawBSONDocument)
            )
            async for raw in rows.find({}):
                found[f"{name}/{raw['_id']}"] = hashlib.sha256(raw.raw).hexdigest()
        return found

    async def close(self) -> None:
        await self._client.close()


def difference(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Documents that came, went or changed."""
    return sorted(id for id in before.keys() | after.keys() if before.get(id) != after.get(id))
