"""R9: the customer was told when missing parts come: he waits, or the line is off."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.authorisation import Withdrawal
from reception.domain.order_parts import agree_on_parts as agreed
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.free_services import settle_free_services
from reception.usecases.known import order_of

NOT_AWAITED = "PARTS_NOT_AWAITED"


@dataclass(frozen=True)
class AgreeOnParts:
    """``agreed``: he waits. Else the line is taken back, and the whole order when nothing else is left."""

    visit_id: str
    line_id: str
    agreed: bool


async def agree_on_parts(unit: Unit, command: AgreeOnParts) -> RepairOrder:
    """Raises ``NothingToAgree``, ``LineNotAuthorised``, ``LineBegun``, ``RepairOrderClosed``."""
    order = await order_of(unit, command.visit_id)
    if command.agreed:
        events = agreed(order, command.line_id)
    else:
        withdrawal = Withdrawal((command.line_id,), order.customer.person_id, unit.now, NOT_AWAITED)
        events = order.withdraw(withdrawal, unit.actor)
    await settle_free_services(unit, order)
    unit.save(REPAIR_ORDERS, order, events)
    return order
