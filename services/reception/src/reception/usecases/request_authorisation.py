"""R12: the customer is asked by a personal link. Only crm may send it (C4)."""

from dataclasses import dataclass
from datetime import timedelta

from chassis.unit import Unit

from reception.domain.policy import Policy
from reception.domain.repair_order import RepairOrder
from reception.domain.shown_text import shown_text
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.known import dealer_of, order_of, say_to

PURPOSE = "authorisation"


@dataclass(frozen=True)
class RequestAuthorisation:
    """``public_url``: how customers reach this service."""

    dealer_id: str
    visit_id: str
    version: int
    public_url: str


async def request_authorisation(unit: Unit, command: RequestAuthorisation, policy: Policy) -> RepairOrder:
    """Raises ``EstimateUnknown``, ``EstimateDecided``, ``EstimateSuperseded``, ``WarrantyNotChecked``."""
    order = await order_of(unit, command.visit_id)
    dealer = await dealer_of(unit, command.dealer_id)
    estimate = order.agreement.decidable(command.version)
    expires_at = unit.now + timedelta(hours=policy.link_hours)
    token = unit.sign_link(PURPOSE, order.dealer_id, order.visit_id, expires_at, version=str(command.version))
    link = await unit.seal(order.customer.person_id, f"{command.public_url}/links/{token}")
    shown = shown_text(estimate, dealer, order.vehicle.plate, say_to(dealer), order.supply)
    events = order.request_authorisation(command.version, link, expires_at, shown, unit.now, unit.actor)
    unit.save(REPAIR_ORDERS, order, events)
    return order
