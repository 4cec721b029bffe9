"""R10: an estimate version for the order's own work."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.agreement import Terms
from reception.domain.lines import DraftLine
from reception.domain.parts_draft import Confirmation
from reception.domain.policy import Policy
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.free_services import settle_free_services
from reception.usecases.known import dealer_of, order_of
from reception.usecases.prices import listed_on, priced


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
    confirmed: Confirmation | None = None
    """With the parts that were drafted for the order (R10)."""


async def issue_estimate(unit: Unit, command: IssueEstimate, policy: Policy) -> RepairOrder:
    """Raises ``ContingencyTooHigh``, ``EstimateDecided``, ``RepairOrderClosed``; of a draft ``PartsDraftChanged``,
    ``PartsDraftMissing``, ``PartsNotDrafted``, ``DraftedPartsUnplaced``, ``DraftedPartsUnpriced``."""
    order = await order_of(unit, command.visit_id)
    dealer = await dealer_of(unit, order.dealer_id)
    work = await priced(unit, dealer, command.lines, command.menu_items)
    listed = await listed_on(unit, dealer.day_of(unit.now)) if command.confirmed else None
    terms = Terms(
        command.contingency_percent, unit.now, unit.actor, price_list_version=work.version or order.planned_by
    )
    events = order.issue_estimate(
        work.lines or None,
        terms,
        policy,
        stock_prices=command.stock_prices,
        confirmed=command.confirmed,
        listed=listed,
    )
    await settle_free_services(unit, order)
    unit.save(REPAIR_ORDERS, order, events)
    return order
