"""R18: concern, cause and correction of one line."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.particulars import LineStory
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.known import order_of


@dataclass(frozen=True)
class TellLineStory:
    """The last word holds."""

    visit_id: str
    line_id: str
    story: LineStory


async def tell_line_story(unit: Unit, command: TellLineStory) -> RepairOrder:
    """Raises ``LineUnknown``, ``RepairOrderClosed``."""
    order = await order_of(unit, command.visit_id)
    unit.save(REPAIR_ORDERS, order, order.tell_story(command.line_id, command.story))
    return order
