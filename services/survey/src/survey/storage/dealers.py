"""Dealers as headquarters told of them."""

from chassis.documents import Documents
from chassis.unit import Unit

from survey.domain.dealer import Dealer
from survey.domain.errors import DealerUnknown

DEALERS = Documents("dealers", "dealer", Dealer, id_of=lambda dealer: dealer.dealer_id)


async def known_dealer(unit: Unit, dealer_id: str) -> Dealer:
    """The dealer, for a request. Raises ``DealerUnknown``."""
    dealer = await unit.find(DEALERS, dealer_id)
    if dealer is None:
        raise DealerUnknown(f"{dealer_id} is not known here: check the code, or wait until headquarters registered it")
    return dealer
