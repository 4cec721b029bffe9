"""Headquarters makes a regional offer, changes its words, or withdraws it (B5)."""

from chassis.unit import Unit

from booking.domain.regional_offer import RegionalOffer
from booking.storage.documents import REGIONAL_OFFERS


async def make_regional_offer(unit: Unit, offer: RegionalOffer) -> None:
    """The newest words hold."""
    known = await unit.find(REGIONAL_OFFERS, REGIONAL_OFFERS.id_of(offer))
    if known is None:
        unit.add(REGIONAL_OFFERS, offer)
        return
    vars(known).update(vars(offer))
    unit.save(REGIONAL_OFFERS, known)


async def withdraw_regional_offer(unit: Unit, dealer_id: str, offer_id: str) -> None:
    """It is told to nobody any more."""
    offer = await unit.get(REGIONAL_OFFERS, f"{dealer_id}:{offer_id}")
    offer.withdrawn = True
    unit.save(REGIONAL_OFFERS, offer)
