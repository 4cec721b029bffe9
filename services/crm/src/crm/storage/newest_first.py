"""Lists with the newest first, in pages: rows of one instant follow by their id, so that none is lost or doubled."""

from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from chassis.documents import Documents
from chassis.unit import Unit

A = TypeVar("A")


class Seen(NamedTuple):
    """The last row of the page before."""

    at: datetime
    id: str


async def newest_first(
    unit: Unit,
    documents: Documents[A],
    wanted: dict[str, Any],
    *,
    by: tuple[str, str],
    limit: int,
    after: Seen | None = None,
) -> list[A]:
    """At most ``limit`` documents; ``by`` names the fields of time and id."""
    time, id = by
    order = [(time, -1), (id, -1)]
    if after is None:
        return await unit.query(documents, wanted, sort=order, limit=limit)
    same = {**wanted, time: after.at, id: {"$lt": after.id}}
    older = {**wanted, time: {"$lt": after.at}}
    found = await unit.query(documents, same, sort=order, limit=limit)
    if len(found) < limit:
        found += await unit.query(documents, older, sort=order, limit=limit - len(found))
    return found
