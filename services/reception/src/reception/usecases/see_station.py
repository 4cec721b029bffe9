"""R5: one station of the walk-around was seen."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.visit import Visit
from reception.domain.walk_around import Damage, Sight, Station
from reception.storage.collections import VISITS


@dataclass(frozen=True)
class SeeStation:
    """What was seen where; VIN and plate as read off the car."""

    visit_id: str
    station: Station
    findings: tuple[str, ...] = ()
    damages: tuple[Damage, ...] = ()
    odometer_km: int | None = None
    fuel_percent: int | None = None
    vin_seen: str | None = None
    plate_seen: str | None = None


async def see_station(unit: Unit, command: SeeStation) -> Visit:
    """Who goes around the car with the customer has greeted him (R1). Raises ``StationOutOfOrder``,
    ``SeenIdentityMissing``, ``CheckInStopped``, ``PhotoUnknown``, ``CustomerLeft``."""
    visit = await unit.get(VISITS, command.visit_id)
    sight = Sight(
        station=command.station,
        at=unit.now,
        findings=command.findings,
        damages=command.damages,
        odometer_km=command.odometer_km,
        fuel_percent=command.fuel_percent,
        vin_seen=command.vin_seen,
        plate_seen=command.plate_seen,
    )
    unit.save(VISITS, visit, [*visit.take_up(unit.actor, unit.now), *visit.see(sight)])
    return visit
