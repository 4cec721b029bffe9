"""R10: another version of the price list, valid from a day on; earlier ones stay as they are."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit
from contracts.values import Money, WorkClass

from reception.domain.errors_prices import PastPricesFrozen
from reception.domain.lines import check_currency
from reception.domain.price_list import MenuItem, PriceList
from reception.storage.collections import PRICE_LISTS
from reception.usecases.known import dealer_of


@dataclass(frozen=True)
class PublishPriceList:
    """``list_id``: new. ``labour_rates``: for one hour."""

    dealer_id: str
    list_id: str
    valid_from: date
    labour_rates: dict[WorkClass, Money]
    menu: tuple[MenuItem, ...]


async def publish_price_list(unit: Unit, command: PublishPriceList) -> PriceList:
    """Raises ``PastPricesFrozen``, ``CurrencyForeign``, ``PriceMissing`` for an item of a class without a rate."""
    dealer = await dealer_of(unit, command.dealer_id)
    if command.valid_from < dealer.day_of(unit.now):
        raise PastPricesFrozen
    before = await unit.query(PRICE_LISTS, {}, sort=[("version", -1)], limit=1)
    prices = PriceList(
        list_id=command.list_id,
        dealer_id=command.dealer_id,
        version=before[0].version + 1 if before else 1,
        valid_from=command.valid_from,
        currency=dealer.currency,
        labour_rates=command.labour_rates,
        menu=command.menu,
        published_at=unit.now,
        published_by=unit.actor,
    )
    check_currency(prices.amounts, dealer.currency)
    for item in prices.menu:
        prices.line(item.code, dealer.language)
    unit.add(PRICE_LISTS, prices)
    return prices
