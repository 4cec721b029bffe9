"""R9: the parts clerk says where the parts of lines stand, as long as no stock service says it."""

from dataclasses import dataclass, replace

from chassis.unit import Unit

from reception.domain.errors import LineUnknown
from reception.domain.order_parts import needed, parts_told
from reception.domain.repair_order import RepairOrder
from reception.domain.supply import PartSupply
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.known import order_of


@dataclass(frozen=True)
class TellParts:
    """The last word holds for each part of a line, counted by pieces; but what ARRIVED comes to what is there, and said
    by hand and by the stock it counts twice, until SHORT says what is missing. ``quantity`` 0: all that the line
    needs."""

    visit_id: str
    supplies: tuple[PartSupply, ...]


async def tell_parts(unit: Unit, command: TellParts) -> RepairOrder:
    """Raises ``LineUnknown``."""
    order = await order_of(unit, command.visit_id)
    for supply in command.supplies:
        if supply.line_id not in order.known_lines:
            raise LineUnknown(supply.line_id)
    supplies = [replace(one, quantity=one.quantity or needed(order, one) or 1) for one in command.supplies]
    unit.save(REPAIR_ORDERS, order, parts_told(order, supplies))
    return order
