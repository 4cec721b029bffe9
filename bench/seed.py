"""Documents put into the store in bulk, in exactly the shape in which a unit of work would have left them."""

from collections.abc import Iterable
from typing import Any

from chassis.documents import Documents, Raw
from chassis.store import FACT_FIELDS_BYTES, brief_fields, timer_fields
from pymongo.asynchronous.database import AsyncDatabase

AT_ONCE = 5_000


def as_kept(documents: Documents[Any], aggregate: Any, pending: list[Raw] | None = None) -> Raw:
    """A document of version 1, with facts that still wait for the relay where some are given."""
    state = {"_id": documents.id_of(aggregate), **documents.dump(aggregate), **timer_fields(documents, aggregate)}
    state |= brief_fields(documents, aggregate, 1)
    if not documents.announces:
        return {**state, "_version": 1}
    waiting = pending or []
    size = sum(len(fact["data"].encode()) + FACT_FIELDS_BYTES for fact in waiting)
    return {**state, "_version": 1, "_sequence": len(waiting), "_pending": waiting, "_pending_bytes": size}


async def insert(database: AsyncDatabase[Any], documents: Documents[Any], raws: Iterable[Raw]) -> None:
    """Puts them in, some thousands at once."""
    some: list[Raw] = []
    for raw in raws:
        some.append(raw)
        if len(some) == AT_ONCE:
            await database[documents.name].insert_many(some, ordered=False)
            some = []
    if some:
        await database[documents.name].insert_many(some, ordered=False)
