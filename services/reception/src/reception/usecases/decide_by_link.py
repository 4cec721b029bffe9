"""R12: the customer decides through a personal link, once."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.unit import Unit
from contracts.reception import AuthorisedHow

from reception.domain.authorisation import Choice, DeclineReason
from reception.domain.errors_prices import TextChanged
from reception.domain.evidence import text_hash
from reception.domain.repair_order import RepairOrder
from reception.domain.shown_text import shown_text
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.free_services import settle_free_services
from reception.usecases.known import dealer_of, order_of, say_to


@dataclass(frozen=True)
class DecideByLink:
    """The link itself says which visit and which version."""

    dealer_id: str
    visit_id: str
    version: int
    accept: tuple[str, ...]
    decline: Mapping[str, DeclineReason]
    text_sha256: str
    """Of the text he saw."""


async def decide_by_link(unit: Unit, command: DecideByLink) -> RepairOrder:
    """Raises ``EstimateDecided``, ``EstimateSuperseded``, ``DecisionIncomplete``, ``TextChanged``,
    ``WarrantyNotPaid``."""
    order = await order_of(unit, command.visit_id)
    dealer = await dealer_of(unit, command.dealer_id)
    estimate = order.agreement.estimate(command.version)
    text = shown_text(estimate, dealer, order.vehicle.plate, say_to(dealer), order.supply)
    if command.text_sha256 != text_hash(text):
        raise TextChanged
    choice = Choice(
        accept=command.accept,
        decline=command.decline,
        how=AuthorisedHow.LINK,
        person_id=order.customer.person_id,
        actor=unit.actor,
        at=unit.now,
        text=text,
    )
    events = order.decide(command.version, choice)
    await settle_free_services(unit, order)
    unit.save(REPAIR_ORDERS, order, events)
    return order
