"""R11, R15: another time is promised, and agreed with the customer."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit

from reception.domain.promise import PromiseReason
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.known import order_of


@dataclass(frozen=True)
class ChangePromisedTime:
    """``promised_at``: with its zone."""

    visit_id: str
    promised_at: datetime
    reason: PromiseReason


async def change_promised_time(unit: Unit, command: ChangePromisedTime) -> RepairOrder:
    """Raises ``PromiseInThePast``, ``RepairOrderClosed``."""
    order = await order_of(unit, command.visit_id)
    unit.save(REPAIR_ORDERS, order, order.change_promise(command.promised_at, command.reason, unit.now))
    return order
