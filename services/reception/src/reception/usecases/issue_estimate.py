"""R10: an estimate version for the order's own work."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.agreement import Terms
from reception.domain.lines import DraftLine
from reception.domain.policy import Policy
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.free_services import settle_free_services
from reception.usecases.known import dealer_of, order_of
from reception.usecases.prices import priced


@dataclass(frozen=True)
class IssueEstimate:
    """Without lines and menu items as planned in the repair order; else they replace the plan."""

    visit_id: str
    contingency_percent: int
    lines: tuple[DraftLine, ...] = ()
    menu_items: tuple[str, ...] = ()
    """Codes of the price list in force, beside the written-out lines."""
    stock_prices: bool = False
    """Parts at the price the stock knows now (R9)."""


async def issue_estimate(unit: Unit, command: IssueEstimate, policy: Policy) -> RepairOrder:
    """Raises ``ContingencyTooHigh``, ``EstimateDecided``, ``RepairOrderClosed``."""
    order = await order_of(unit, command.visit_id)
    dealer = await dealer_of(unit, order.dealer_id)
    listed = await priced(unit, dealer, command.lines, command.menu_items)
    version = listed.version or order.planned_by
    terms = Terms(command.contingency_percent, unit.now, unit.actor, price_list_version=version)
    events = order.issue_estimate(listed.lines or None, terms, policy, stock_prices=command.stock_prices)
    await settle_free_services(unit, order)
    unit.save(REPAIR_ORDERS, order, events)
    return order
