"""R2: customer and vehicle are put right on the spot, contact data first."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import Person, Vehicle

from reception.domain.errors import RepairOrderExists
from reception.domain.visit import Visit
from reception.storage.collections import REPAIR_ORDERS, VISITS


@dataclass(frozen=True)
class CorrectVisit:
    """Name and phone belong together. ``model``, ``odometer_km``: None leaves them."""

    dealer_id: str
    visit_id: str
    name: str
    phone: str
    model: str | None = None
    odometer_km: int | None = None


async def correct_visit(unit: Unit, command: CorrectVisit) -> Visit:
    """Another phone is another person here; crm joins the two (C1). Raises ``RepairOrderExists``."""
    visit = await unit.get(VISITS, command.visit_id)
    if await unit.find(REPAIR_ORDERS, command.visit_id):
        raise RepairOrderExists
    person_id = unit.person_id(command.dealer_id, command.phone)
    name, phone = await unit.seal(person_id, command.name), await unit.seal(person_id, command.phone)
    said = {"model": command.model, "odometer_km": command.odometer_km}
    vehicle: Vehicle = visit.vehicle.model_copy(update={key: value for key, value in said.items() if value is not None})
    customer = Person(person_id=person_id, name=name, phone=phone)
    unit.save(VISITS, visit, visit.correct(customer, vehicle))
    return visit
