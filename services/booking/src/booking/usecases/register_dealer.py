"""Headquarters registered a dealer, or changed a registration (H1)."""

from chassis.unit import Unit

from booking.domain.dealer import Dealer
from booking.storage.documents import DEALERS


async def register_dealer(unit: Unit, dealer: Dealer) -> None:
    """The newest registration holds; what is booked already stays as it is."""
    known = await unit.find(DEALERS, dealer.dealer_id)
    if known is None:
        unit.add(DEALERS, dealer)
        return
    vars(known).update(vars(dealer))
    unit.save(DEALERS, known)
