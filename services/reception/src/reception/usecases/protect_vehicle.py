"""R4: covers are put on, valuables are asked about and listed."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.protection import Cover, Protection, Valuable
from reception.domain.visit import Visit
from reception.storage.collections import VISITS


@dataclass(frozen=True)
class ProtectVehicle:
    """``valuables``: what, and where the dealer keeps it (empty: taken along); named things are kept sealed."""

    visit_id: str
    covers: tuple[Cover, ...]
    customer_present: bool
    valuables: tuple[tuple[str, str], ...]


async def protect_vehicle(unit: Unit, command: ProtectVehicle) -> Visit:
    """Raises ``CoversUnseen``, ``CustomerLeft``."""
    visit = await unit.get(VISITS, command.visit_id)
    person_id = visit.customer.person_id
    valuables = [Valuable(await unit.seal(person_id, what), kept_at) for what, kept_at in command.valuables]
    protection = Protection(command.covers, command.customer_present, True, tuple(valuables), unit.now)
    unit.save(VISITS, visit, visit.protect(protection))
    return visit
