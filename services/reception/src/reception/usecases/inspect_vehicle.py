"""R17: the inspection sheet is filled in, and the customer looks at it."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.inspection import Inspection, Result
from reception.domain.photo import check_references
from reception.storage.collections import INSPECTIONS, VISITS

PURPOSE = "inspection"


@dataclass(frozen=True)
class InspectVehicle:
    """The last sheet holds."""

    visit_id: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class ViewInspection:
    """By the customer's link."""

    visit_id: str


async def inspect_vehicle(unit: Unit, command: InspectVehicle) -> Inspection:
    """Raises ``InspectionInvalid``, ``PhotoUnknown``."""
    visit = await unit.get(VISITS, command.visit_id)
    check_references((result.photo for result in command.results), visit.photos)
    known = await unit.find(INSPECTIONS, command.visit_id)
    if known is None:
        known = Inspection(visit.visit_id, visit.dealer_id, visit.vehicle.plate)
        unit.add(INSPECTIONS, known)
    known.record(command.results, unit.now, unit.actor)
    unit.save(INSPECTIONS, known)
    return known


async def view_inspection(unit: Unit, command: ViewInspection) -> Inspection:
    """Whether and when the customer looked at it is recorded."""
    sheet = await unit.get(INSPECTIONS, command.visit_id)
    sheet.viewed(unit.now)
    unit.save(INSPECTIONS, sheet)
    return sheet
