"""Headquarters registered a dealer, or changed a registration (H1)."""

from chassis.unit import Unit
from contracts.headquarters import DealerRegistered

from booking.domain.dealer import Dealer
from booking.storage.documents import DEALERS


async def register_dealer(unit: Unit, dealer_id: str, registration: DealerRegistered) -> None:
    """The newest registration holds; what is booked already stays as it is."""
    dealer = Dealer.registered(dealer_id, registration)
    known = await unit.find(DEALERS, dealer_id)
    if known is None:
        unit.add(DEALERS, dealer)
        return
    vars(known).update(vars(dealer))
    unit.save(DEALERS, known)
