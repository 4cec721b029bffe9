"""R10: an estimate version for the order's own work."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.agreement import Terms
from reception.domain.lines import DraftLine
from reception.domain.policy import Policy
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.known import order_of


@dataclass(frozen=True)
class IssueEstimate:
    """``lines``: None takes them as planned in the repair order, else they replace the plan."""

    visit_id: str
    contingency_percent: int
    lines: tuple[DraftLine, ...] | None = None


async def issue_estimate(unit: Unit, command: IssueEstimate, policy: Policy) -> RepairOrder:
    """Raises ``ContingencyTooHigh``, ``EstimateDecided``, ``RepairOrderClosed``."""
    order = await order_of(unit, command.visit_id)
    terms = Terms(command.contingency_percent, unit.now, unit.actor)
    unit.save(REPAIR_ORDERS, order, order.issue_estimate(command.lines, terms, policy))
    return order
