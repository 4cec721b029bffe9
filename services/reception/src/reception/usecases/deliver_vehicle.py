"""R16: the vehicle is handed over and charged, never above what was authorised (R12)."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import Money

from reception.domain.delivery import HandOver
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.free_services import settle_free_services
from reception.usecases.known import order_of


@dataclass(frozen=True)
class DeliverVehicle:
    """``charges``: amount by line; None charges the authorised lines that were done, as estimated."""

    visit_id: str
    charges: Mapping[str, Money] | None
    hand_over: HandOver


async def deliver_vehicle(unit: Unit, command: DeliverVehicle) -> RepairOrder:
    """Raises ``VehicleNotReady``, ``DeliveryChecksIncomplete``, ``AboveAuthorised``, ``LineNotAuthorised``."""
    order = await order_of(unit, command.visit_id)
    events = order.deliver(command.charges, command.hand_over, unit.now)
    await settle_free_services(unit, order)
    unit.save(REPAIR_ORDERS, order, events)
    return order
