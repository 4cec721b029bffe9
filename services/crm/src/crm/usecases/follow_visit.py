"""Keeps whose visit it is, with which vehicle, and whether the customer waits (R15)."""

from chassis.unit import Unit
from contracts.values import Vehicle

from crm.domain.visit import Visit
from crm.storage.visits import VISITS


async def follow_visit(unit: Unit, told: Visit) -> None:
    """The newest news of the visit count."""
    visit = await unit.find(VISITS, told.visit_id)
    if visit is None:
        unit.add(VISITS, told)
        return
    visit.person_id, visit.vehicle, visit.customer_waits = told.person_id, told.vehicle, told.customer_waits
    unit.save(VISITS, visit)


def vehicle_in_words(vehicle: Vehicle) -> str:
    """The vehicle as customers speak of it."""
    return f"{vehicle.model} ({vehicle.plate})"
