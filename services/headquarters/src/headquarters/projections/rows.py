"""Explanation rows (H9): which event changed which part of a figure, on which day, by how much."""

from collections.abc import Sequence
from typing import Any

from chassis.documents import Documents
from chassis.unit import Unit

from headquarters.domain.figures import Figure, Kind, Row
from headquarters.domain.period import Period

ROWS = Documents(
    "figure_rows", "figure-row", Row, id_of=lambda row: row.row_id, indexes=[("part", "day", "order")], announces=False
)


_DEALERS_AT_ONCE = 100
"""Each query goes along the index of dealer and part, for a network of any size."""


async def explain(
    unit: Unit, dealer_ids: Sequence[str], figure: Figure, period: Period, *, limit: int, after: str | None = None
) -> list[Row]:
    """The rows behind a figure of these dealers and a period, by time: the first ``limit`` after ``after`` (an
    ``order``), as far as the dealers are in the unit's scope. A balance is explained from the beginning."""
    found: list[Row] = []
    for start in range(0, len(dealer_ids), _DEALERS_AT_ONCE):
        some = list(dealer_ids[start : start + _DEALERS_AT_ONCE])
        found += await _explain(unit, some, figure, period, limit, after)
    return sorted(found, key=lambda row: row.order)[:limit]


async def _explain(
    unit: Unit, dealer_ids: list[str], figure: Figure, period: Period, limit: int, after: str | None
) -> list[Row]:
    days = {"$lte": period.last} if figure.kind is Kind.BALANCE else {"$gte": period.first, "$lte": period.last}
    wanted: dict[str, Any] = {"dealer_id": {"$in": dealer_ids}, "part": {"$in": list(figure.parts)}, "day": days}
    if after:
        wanted["order"] = {"$gt": after}
    return await unit.query(ROWS, wanted, sort=[("order", 1)], limit=limit)
