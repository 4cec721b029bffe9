"""The dealers headquarters told us about."""

from chassis.documents import Documents
from chassis.unit import Unit

from crm.domain.dealer import Dealer
from crm.domain.errors import DealerUnknown

DEALERS = Documents("dealers", "dealer", Dealer, id_of=lambda dealer: dealer.dealer_id)


async def known_dealer(unit: Unit, dealer_id: str) -> Dealer:
    """The dealer. Raises ``DealerUnknown``."""
    dealer = await unit.find(DEALERS, dealer_id)
    if dealer is None:
        raise DealerUnknown(dealer_id)
    return dealer
