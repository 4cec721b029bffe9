"""R10: what the price list in force says of menu items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit

from reception.domain.dealer import Dealer
from reception.domain.errors_prices import PriceListMissing
from reception.domain.lines import DraftLine
from reception.domain.price_list import PriceList
from reception.storage.collections import PRICE_LISTS


@dataclass(frozen=True)
class Priced:
    """Lines, and by which version of the price list its menu items were priced; None without any."""

    lines: tuple[DraftLine, ...]
    version: int | None


async def listed_on(unit: Unit, day: date) -> PriceList | None:
    """The list that holds on a day: the newest of those valid by then."""
    found = await unit.query(PRICE_LISTS, {"valid_from": {"$lte": day}}, sort=[("version", -1)], limit=1)
    return found[0] if found else None


async def prices_on(unit: Unit, day: date) -> PriceList:
    """The list that holds on a day. Raises ``PriceListMissing``."""
    if listed := await listed_on(unit, day):
        return listed
    raise PriceListMissing


async def priced(unit: Unit, dealer: Dealer, lines: Sequence[DraftLine], menu_items: Sequence[str]) -> Priced:
    """Written-out lines first, then menu items by today's list. Raises ``MenuItemUnknown``, ``PriceListMissing``."""
    if not menu_items:
        return Priced(tuple(lines), None)
    prices = await prices_on(unit, dealer.day_of(unit.now))
    listed = [prices.line(code, dealer.language) for code in menu_items]
    return Priced((*lines, *listed), prices.version)
