"""R5: one station of the walk-around was seen."""

from dataclasses import dataclass, replace

from chassis.unit import Unit

from reception.domain.visit import Visit
from reception.domain.walk_around import Sight
from reception.storage.collections import VISITS


@dataclass(frozen=True)
class SeeStation:
    """What was seen; the time is the unit's."""

    visit_id: str
    sight: Sight


async def see_station(unit: Unit, command: SeeStation) -> Visit:
    """Raises ``StationOutOfOrder``, ``SeenIdentityMissing``, ``CheckInStopped``."""
    visit = await unit.get(VISITS, command.visit_id)
    unit.save(VISITS, visit, visit.see(replace(command.sight, at=unit.now)))
    return visit
