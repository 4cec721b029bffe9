"""Roll-ups of explanation rows, and the figures read from them (H4, H9).

One small document per dealer, day and publishing service, so that the consumers of different topics never write to
the same one. Figures of a region, an area or a group are sums of these at reading; the whole network has roll-ups of
its own (``projections/network.py``).
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
_DEALERS_AT_ONCE = 100
"""Each query goes along the index of dealer and day, for a network of any size."""


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
    announces=False,
)
BALANCES = Documents("balances", "balance", Balance, id_of=lambda balance: balance.dealer_id, announces=False)


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


async def sums_by_dealer(unit: Unit, period: Period, dealer_ids: Iterable[str]) -> dict[str, Sums]:
    """Sums of parts by dealer, of these dealers as far as they are in the unit's scope.

    Balance parts are sums up to the period's end: everything there is, less what came after.
    """
    sums: dict[str, Sums] = {}
    some = sorted(dealer_ids)
    for start in range(0, len(some), _DEALERS_AT_ONCE):
        await _sum_up(unit, period, some[start : start + _DEALERS_AT_ONCE], sums)
    return sums


async def _sum_up(unit: Unit, period: Period, dealer_ids: list[str], sums: dict[str, Sums]) -> None:
    these: dict[str, Any] = {"dealer_id": {"$in": dealer_ids}}

    def join(dealer_id: str, more: Sums) -> None:
        sums[dealer_id] = joined(sums.get(dealer_id, {}), more)

    for rolled in await _days(unit, {**these, "day": {"$gte": period.first, "$lte": period.last}}):
        join(rolled.dealer_id, {part: amount for part, amount in rolled.sums.items() if part not in BALANCE_PARTS})
    for balance in await unit.query(BALANCES, these, limit=len(dealer_ids)):
        join(balance.dealer_id, balance.sums)
    for part in sorted(BALANCE_PARTS):
        for rolled in await _days(unit, {**these, "day": {"$gt": period.last}, f"sums.{part}": {"$exists": True}}):
            join(rolled.dealer_id, {part: -rolled.sums[part]})


async def _days(unit: Unit, wanted: dict[str, Any]) -> list[FigureDay]:
    found: list[FigureDay] = []
    while page := await unit.query(
        FIGURE_DAYS, wanted, sort=[("dealer_id", 1), ("day", 1)], limit=_BATCH, skip=len(found)
    ):
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
