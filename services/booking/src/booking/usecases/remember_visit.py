"""A visit goes into the vehicle's file (B5, B18)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import Vin

from booking.domain.vehicle_file import PastVisit, VehicleFile, file_id
from booking.storage.documents import VEHICLES


@dataclass(frozen=True)
class RememberVisit:
    dealer_id: str
    vin: Vin
    visit: PastVisit


async def remember_visit(unit: Unit, command: RememberVisit) -> None:
    """The first visit opens the file."""
    file = await unit.find(VEHICLES, file_id(command.dealer_id, command.vin))
    if file is None:
        file = VehicleFile(command.dealer_id, command.vin)
        unit.add(VEHICLES, file)
    file.keep(command.visit)
    unit.save(VEHICLES, file)
