"""Where dealers are kept, one document each."""

from chassis.documents import Documents
from chassis.unit import Unit

from newservice.domain.dealer import Dealer
from newservice.domain.errors import DealerNotKnown

DEALERS = Documents("dealers", "dealer", Dealer, id_of=lambda dealer: dealer.dealer_id)


async def known_dealer(unit: Unit, dealer_id: str) -> Dealer:
    """The dealer. Raises ``DealerNotKnown`` while its registration has not arrived."""
    dealer = await unit.find(DEALERS, dealer_id)
    if dealer is None:
        raise DealerNotKnown(f"dealer {dealer_id} is not registered: headquarters has to announce it first")
    return dealer
