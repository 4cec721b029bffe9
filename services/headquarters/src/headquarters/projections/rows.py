"""Explanation rows (H9): which event changed which part of a figure, on which day, by how much."""

from datetime import date

from chassis.documents import Documents
from chassis.unit import Unit

from headquarters.domain.figures import Figure, Kind, Row

ROWS = Documents("figure_rows", "figure-row", Row, id_of=lambda row: row.row_id, indexes=[("part", "day", "at")])


async def explain(
    unit: Unit, dealer_id: str, figure: Figure, first: date, last: date, *, limit: int, skip: int = 0
) -> list[Row]:
    """The rows behind a figure of a period, by day and time. A balance is explained from the beginning."""
    days = {"$lte": last} if figure.kind is Kind.BALANCE else {"$gte": first, "$lte": last}
    return await unit.query(
        ROWS,
        {"dealer_id": dealer_id, "part": {"$in": list(figure.parts)}, "day": days},
        sort=[("day", 1), ("at", 1), ("event_id", 1)],
        limit=limit,
        skip=skip,
    )
