"""Who works in the workshop, and on which bays (W1)."""

from chassis.unit import Unit

from workshop.domain.roster import Roster
from workshop.storage.dealers import dealer_of
from workshop.storage.dispatch import ROSTERS


async def set_roster(unit: Unit, roster: Roster) -> Roster:
    """Replaces the dealer's roster; what is dispatched already stays. Raises ``DealerUnknown``."""
    await dealer_of(unit, roster.dealer_id)
    known = await unit.find(ROSTERS, roster.dealer_id)
    if known is None:
        unit.add(ROSTERS, roster)
        return roster
    known.technicians, known.bays, known.rules = roster.technicians, roster.bays, roster.rules
    unit.save(ROSTERS, known)
    return known
