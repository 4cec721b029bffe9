"""Dealers as headquarters told of them."""

from chassis.documents import Documents
from chassis.unit import Unit

from survey.domain.dealer import Dealer
from survey.domain.errors import DealerUnknown

DEALERS = Documents("dealers", "dealer", Dealer, id_of=lambda dealer: dealer.dealer_id, indexes=[("area",), ("group",)])
MOST_DEALERS = 20_000


async def known_dealer(unit: Unit, dealer_id: str) -> Dealer:
    """The dealer, for a request. Raises ``DealerUnknown``."""
    dealer = await unit.find(DEALERS, dealer_id)
    if dealer is None:
        raise DealerUnknown(f"{dealer_id} is not known here: check the code, or wait until headquarters registered it")
    return dealer


async def dealers_in(unit: Unit, kind: str, which: str) -> set[str]:
    """The dealers that a token's reach spans: of an ``area`` or a ``group``; other words span none (X1)."""
    if kind not in ("area", "group") or not which:
        return set()
    return {dealer.dealer_id for dealer in await unit.query(DEALERS, {kind: which}, limit=MOST_DEALERS)}
