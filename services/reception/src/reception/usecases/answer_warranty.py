"""R8: headquarters' answer about a line, as its fact tells it or as it came by telephone."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.order_warranty import warranty_answered
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.free_services import settle_free_services
from reception.usecases.known import order_of


@dataclass(frozen=True)
class AnswerWarranty:
    """``reason``: the reference of a yes, the reason of a no."""

    visit_id: str
    line_id: str
    granted: bool
    reason: str


async def answer_warranty(unit: Unit, command: AnswerWarranty) -> RepairOrder:
    """Raises ``NoWarrantyRequest``, ``EvidenceBroken``."""
    order = await order_of(unit, command.visit_id)
    events = warranty_answered(order, command.line_id, command.granted, command.reason, unit.now, unit.actor)
    await settle_free_services(unit, order)
    unit.save(REPAIR_ORDERS, order, events)
    return order
