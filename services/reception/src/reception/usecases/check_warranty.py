"""R8: whether the maker pays a line; what his policy leaves open is asked at headquarters."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.order_warranty import check_warranty as check
from reception.domain.policy import Policy
from reception.domain.repair_order import RepairOrder
from reception.domain.warranty import Verdict, WarrantyCase, WarrantyState, age_months, judge, of_campaign
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.free_services import settle_free_services
from reception.usecases.known import dealer_of, order_of

_STATES = {
    Verdict.COVERED: WarrantyState.COVERED,
    Verdict.NOT_COVERED: WarrantyState.NOT_COVERED,
    Verdict.UNDECIDED: WarrantyState.REQUESTED,
}


@dataclass(frozen=True)
class CheckWarranty:
    """``diagnosed``: whether the cause is known; before that nobody can say who pays. ``request_id``: new.
    ``campaign``: whose work the line is (B5, H7)."""

    dealer_id: str
    visit_id: str
    line_id: str
    request_id: str
    diagnosed: bool
    cause: str = ""
    campaign: str | None = None


async def check_warranty(unit: Unit, command: CheckWarranty, policy: Policy) -> RepairOrder:
    """Raises ``LineUnknown``, ``LineDecidedAlready``, ``RepairOrderClosed``."""
    order = await order_of(unit, command.visit_id)
    dealer = await dealer_of(unit, command.dealer_id)
    months = age_months(order.particulars.registered_on, dealer.day_of(unit.now))
    line = order.line(command.line_id)
    if command.campaign:
        judged = of_campaign(command.campaign)
    else:
        judged = judge(line, months, order.vehicle.odometer_km, policy.warranty)
    state = _STATES[judged.verdict] if command.diagnosed else WarrantyState.PENDING_DIAGNOSIS
    request_id = command.request_id if state is WarrantyState.REQUESTED else None
    case = WarrantyCase(state, judged.rule, str(judged.why), unit.now, request_id, said=judged.why)
    events = check(order, command.line_id, case, months, command.cause, unit.actor)
    await settle_free_services(unit, order)
    unit.save(REPAIR_ORDERS, order, events)
    return order
