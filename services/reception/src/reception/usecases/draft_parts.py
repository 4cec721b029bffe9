"""R10: technician or parts clerk fix the part numbers of a repair order, for the advisor to confirm."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.reception import DraftedPart

from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.known import order_of


@dataclass(frozen=True)
class DraftParts:
    """All of them: they take the place of an earlier draft."""

    visit_id: str
    items: tuple[DraftedPart, ...]


async def draft_parts(unit: Unit, command: DraftParts) -> RepairOrder:
    """Raises ``RepairOrderMissing``, ``RepairOrderClosed``, ``EstimateDecided``."""
    order = await order_of(unit, command.visit_id)
    unit.save(REPAIR_ORDERS, order, order.draft_parts(command.items, unit.actor, unit.now))
    return order
