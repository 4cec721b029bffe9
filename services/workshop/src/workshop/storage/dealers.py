"""The dealers headquarters told of."""

from chassis.documents import Documents
from chassis.unit import Unit

from workshop.domain.dealer import Dealer
from workshop.domain.errors import DealerUnknown

DEALERS = Documents("dealers", "dealer", Dealer, id_of=lambda dealer: dealer.dealer_id)


async def dealer_of(unit: Unit, dealer_id: str) -> Dealer:
    """Raises ``DealerUnknown``."""
    dealer = await unit.find(DEALERS, dealer_id)
    if dealer is None:
        raise DealerUnknown(dealer_id)
    return dealer
