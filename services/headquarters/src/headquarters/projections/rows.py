"""Explanation rows (H9): which event changed which part of a figure, on which day, by how much."""

from typing import Any

from chassis.documents import Documents
from chassis.unit import Unit

from headquarters.domain.figures import Figure, Kind, Row
from headquarters.domain.period import Period

ROWS = Documents("figure_rows", "figure-row", Row, id_of=lambda row: row.row_id, indexes=[("part", "day", "order")])


async def explain(
    unit: Unit, dealer_id: str, figure: Figure, period: Period, *, limit: int, after: str | None = None
) -> list[Row]:
    """The rows behind a figure of a period, by time. A balance is explained from the beginning."""
    days = {"$lte": period.last} if figure.kind is Kind.BALANCE else {"$gte": period.first, "$lte": period.last}
    wanted: dict[str, Any] = {"dealer_id": dealer_id, "part": {"$in": list(figure.parts)}, "day": days}
    if after:
        wanted["order"] = {"$gt": after}
    return await unit.query(ROWS, wanted, sort=[("order", 1)], limit=limit)
