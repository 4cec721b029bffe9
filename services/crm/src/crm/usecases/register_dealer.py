"""Headquarters registered a dealer, or changed its registration (H1)."""

from chassis.unit import Unit

from crm.domain.dealer import Dealer
from crm.storage.dealers import DEALERS


async def register_dealer(unit: Unit, told: Dealer) -> None:
    """Keeps the newest registration; an older one that comes late changes nothing."""
    known = await unit.find(DEALERS, told.dealer_id)
    if known is None:
        unit.add(DEALERS, told)
    elif told.known_at >= known.known_at:
        vars(known).update(vars(told))
        unit.save(DEALERS, known)
