"""R20: free services of a VIN are granted, claimed for a line, used at the hand-over, or given back."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit

from reception.domain.errors_warranty import FreeServiceUnknown
from reception.domain.free_service import Claim, FreeService, service_id
from reception.domain.order_warranty import claim_free_service as claim
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import FREE_SERVICES, REPAIR_ORDERS
from reception.usecases.known import dealer_of, order_of


@dataclass(frozen=True)
class GrantFreeService:
    """``count`` more of this entitlement; date and mileage as told last hold for all of them."""

    dealer_id: str
    vin: str
    code: str
    title: str
    count: int
    valid_until: date
    max_km: int | None
    first: bool


async def grant_free_service(unit: Unit, command: GrantFreeService) -> FreeService:
    """Granted again, the balance grows."""
    id = service_id(command.dealer_id, command.vin, command.code)
    if known := await unit.find(FREE_SERVICES, id):
        known.granted += command.count
        known.valid_until, known.max_km, known.title = command.valid_until, command.max_km, command.title
        unit.save(FREE_SERVICES, known)
        return known
    service = FreeService(
        service_id=id,
        dealer_id=command.dealer_id,
        vin=command.vin,
        code=command.code,
        title=command.title,
        granted=command.count,
        valid_until=command.valid_until,
        max_km=command.max_km,
        first=command.first,
    )
    unit.add(FREE_SERVICES, service)
    return service


@dataclass(frozen=True)
class ClaimFreeService:
    """A line of the visit's order uses one."""

    dealer_id: str
    visit_id: str
    line_id: str
    code: str


async def claim_free_service(unit: Unit, command: ClaimFreeService) -> RepairOrder:
    """Raises ``FreeServiceUnknown``, ``FreeServiceUsedUp``, ``FreeServiceExpired``, ``FreeServiceCharged``."""
    order = await order_of(unit, command.visit_id)
    dealer = await dealer_of(unit, command.dealer_id)
    service = await unit.find(FREE_SERVICES, service_id(command.dealer_id, order.vehicle.vin, command.code))
    if service is None:
        raise FreeServiceUnknown(command.code)
    events = claim(order, command.line_id, service.service_id)
    wanted = Claim(order.visit_id, command.line_id, unit.now)
    service.claim(wanted, dealer.day_of(unit.now), order.vehicle.odometer_km)
    unit.save(FREE_SERVICES, service)
    unit.save(REPAIR_ORDERS, order, events)
    return order


async def settle_free_services(unit: Unit, order: RepairOrder) -> None:
    """What became of an order's claims: used with a line that was done and handed over, given back with one that will
    not be done. Called by every use case that ends lines."""
    for line_id, id in list(order.free_services.items()):
        if order.delivery and line_id in order.work.done:
            service = await unit.get(FREE_SERVICES, id)
            events = service.use(order.visit_id, line_id, order.vehicle, unit.now)
            unit.save(FREE_SERVICES, service, events, visit_id=order.visit_id)
        elif order.ended(line_id):
            service = await unit.get(FREE_SERVICES, id)
            service.give_back(order.visit_id, line_id)
            unit.save(FREE_SERVICES, service)
            del order.free_services[line_id]
