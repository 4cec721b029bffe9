"""What changed in the store, by whichever process: one change stream, for live views."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from chassis.documents import Raw

OPEN_AGAIN_S = 0.5

log = structlog.get_logger(__name__)


async def changes(
    database: AsyncDatabase[Any], names: Sequence[str], ring: Callable[[str | None, str | None], None]
) -> None:
    """Rings with collection and dealer for each change, until cancelled; without them after a gap in the news."""
    while True:
        try:
            async with await database.watch(
                _changed(names), full_document="updateLookup", max_await_time_ms=1000
            ) as stream:
                ring(None, None)
                # A stream that has ended answers at once, for ever, and nobody else would have a turn.
                while stream.alive:
                    change = await stream.try_next()
                    if change is not None:
                        ring(change["ns"]["coll"], (change.get("fullDocument") or {}).get("dealer_id"))
        except PyMongoError as failed:
            log.warning("live news opened again", error=str(failed))
        await asyncio.sleep(OPEN_AGAIN_S)


def _changed(names: Sequence[str]) -> list[Raw]:
    """A version moves with every change but the relay's trims. A changed document is looked up for its dealer."""
    whole = {"operationType": {"$in": ["insert", "replace", "delete"]}}
    part = {"updateDescription.updatedFields._version": {"$exists": True}}
    return [
        {"$match": {"ns.coll": {"$in": list(names)}, "$or": [whole, part]}},
        {"$project": {"ns": 1, "fullDocument.dealer_id": 1}},
    ]
