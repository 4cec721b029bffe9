"""Roll-ups of explanation rows, and the figures read from them (H4, H9).

One small document per dealer, day and publishing service, so that the consumers of different topics never write to
the same one, and no document belongs to the whole network. Network figures are sums of these at reading.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.documents import Documents
from chassis.unit import Unit

from headquarters.domain.figures import BALANCE_PARTS, FIGURES, Row, Sums, added, joined
from headquarters.domain.period import Period

_BATCH = 5000


@dataclass
class FigureDay:
    """Sums of one dealer's day, as far as one service's facts make them."""

    dealer_id: str
    day: date
    service: str
    sums: dict[str, int] = field(default_factory=dict)


@dataclass
class Balance:
    """Sums of one dealer from the beginning, for parts that are a balance (open complaints)."""

    dealer_id: str
    sums: dict[str, int] = field(default_factory=dict)


def _day_id(dealer_id: str, day: date, service: str) -> str:
    return f"{dealer_id}/{day.isoformat()}/{service}"


FIGURE_DAYS = Documents(
    "figure_days",
    "figure-day",
    FigureDay,
    id_of=lambda rolled: _day_id(rolled.dealer_id, rolled.day, rolled.service),
    indexes=[("day",)],
)
BALANCES = Documents("balances", "balance", Balance, id_of=lambda balance: balance.dealer_id)


async def move_sums(unit: Unit, row: Row) -> None:
    """Adds a row's amount to the roll-ups it belongs to."""
    service = row.event_type.partition(".")[0]
    day_id = _day_id(row.dealer_id, row.day, service)
    await _move(unit, FIGURE_DAYS, day_id, FigureDay(row.dealer_id, row.day, service), row)
    if row.part in BALANCE_PARTS:
        await _move(unit, BALANCES, row.dealer_id, Balance(row.dealer_id), row)


async def _move(unit: Unit, documents: Documents[Any], id: str, empty: FigureDay | Balance, row: Row) -> None:
    """A roll-up that comes to nothing is removed, so that it ends as if its rows had never been."""
    held = await unit.find(documents, id)
    rolled = held or empty
    rolled.sums = added([*rolled.sums.items(), (row.part, row.amount)])
    if held is None:
        unit.add(documents, rolled)
    elif rolled.sums:
        unit.save(documents, rolled)
    else:
        unit.remove(documents, rolled)


async def sums_by_dealer(unit: Unit, period: Period, dealer_ids: Iterable[str] | None = None) -> dict[str, Sums]:
    """Sums of parts by dealer, inside the unit's scope; only these dealers, where some are named.

    Balance parts are sums up to the period's end: everything there is, less what came after.
    """
    only: dict[str, Any] = {} if dealer_ids is None else {"dealer_id": {"$in": sorted(dealer_ids)}}
    sums: dict[str, Sums] = {}
    for rolled in await _all(unit, FIGURE_DAYS, {**only, "day": {"$gte": period.first, "$lte": period.last}}):
        flow = {part: amount for part, amount in rolled.sums.items() if part not in BALANCE_PARTS}
        sums[rolled.dealer_id] = joined(sums.get(rolled.dealer_id, {}), flow)
    for balance in await _all(unit, BALANCES, only):
        sums[balance.dealer_id] = joined(sums.get(balance.dealer_id, {}), balance.sums)
    for part in sorted(BALANCE_PARTS):
        later = {**only, "day": {"$gt": period.last}, f"sums.{part}": {"$exists": True}}
        for rolled in await _all(unit, FIGURE_DAYS, later):
            sums[rolled.dealer_id] = joined(sums.get(rolled.dealer_id, {}), {part: -rolled.sums[part]})
    return sums


async def _all(unit: Unit, documents: Documents[Any], wanted: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    while page := await unit.query(documents, wanted, sort=[("_id", 1)], limit=_BATCH, skip=len(found)):
        found += page
        if len(page) < _BATCH:
            break
    return found


def figures_of(sums: Sums) -> dict[str, dict[str, float | int | None]]:
    """Every figure with its value and, where it is a quotient or a balance, what stands above and below the line."""
    return {
        name: {"value": figure.value(sums)}
        | ({"numerator": figure.above(sums), "denominator": figure.below(sums)} if figure.denominator else {})
        for name, figure in FIGURES.items()
    }
