"""R16: the final check list before the hand-over."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.known import order_of


@dataclass(frozen=True)
class CheckDelivery:
    """``confirmed``: codes of the items that are as they must be."""

    visit_id: str
    confirmed: tuple[str, ...]


async def check_delivery(unit: Unit, command: CheckDelivery) -> RepairOrder:
    """Raises ``VehicleNotReady``, ``DeliveryChecksIncomplete``, ``DeliveryChecksUnknown``."""
    order = await order_of(unit, command.visit_id)
    unit.save(REPAIR_ORDERS, order, order.check_delivery(command.confirmed, unit.now))
    return order
