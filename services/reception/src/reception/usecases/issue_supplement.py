"""R14: an estimate version for work that the workshop found later."""

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
class IssueSupplement:
    """``finding_id``: as the workshop reported it."""

    visit_id: str
    finding_id: str
    lines: tuple[DraftLine, ...]
    contingency_percent: int
    menu_items: tuple[str, ...] = ()


async def issue_supplement(unit: Unit, command: IssueSupplement, policy: Policy) -> RepairOrder:
    """Raises ``FindingUnknown``, ``NothingAuthorisedYet``, and as for an estimate."""
    order = await order_of(unit, command.visit_id)
    dealer = await dealer_of(unit, order.dealer_id)
    listed = await priced(unit, dealer, command.lines, command.menu_items)
    terms = Terms(command.contingency_percent, unit.now, unit.actor, command.finding_id, listed.version)
    events = order.issue_supplement(listed.lines, terms, policy)
    await settle_free_services(unit, order)
    unit.save(REPAIR_ORDERS, order, events)
    return order
