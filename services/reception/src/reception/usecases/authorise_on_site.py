"""R12: the customer decides at the counter and signs."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.unit import Unit
from contracts.reception import AuthorisedHow

from reception.domain.authorisation import Choice, DeclineReason
from reception.domain.repair_order import RepairOrder
from reception.domain.shown_text import shown_text
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.free_services import settle_free_services
from reception.usecases.known import dealer_of, order_of, say_to


@dataclass(frozen=True)
class Signer:
    """Another person who decides for the customer."""

    name: str
    phone: str


@dataclass(frozen=True)
class AuthoriseOnSite:
    """``signature``: where it is kept. ``signer``: None is the customer himself."""

    dealer_id: str
    visit_id: str
    version: int
    accept: tuple[str, ...]
    decline: Mapping[str, DeclineReason]
    signature: str
    signer: Signer | None = None


async def authorise_on_site(unit: Unit, command: AuthoriseOnSite) -> RepairOrder:
    """Raises ``EstimateUnknown``, ``EstimateDecided``, ``EstimateSuperseded``, ``DecisionIncomplete``,
    ``WarrantyNotChecked``, ``WarrantyNotPaid``."""
    order = await order_of(unit, command.visit_id)
    dealer = await dealer_of(unit, command.dealer_id)
    signer, person_id, signed_name = command.signer, order.customer.person_id, None
    if signer:
        person_id = unit.person_id(command.dealer_id, signer.phone)
        signed_name = await unit.seal(person_id, signer.name)
    estimate = order.agreement.estimate(command.version)
    text = shown_text(estimate, dealer, order.vehicle.plate, say_to(dealer), order.supply)
    choice = Choice(
        accept=command.accept,
        decline=command.decline,
        how=AuthorisedHow.ON_SITE,
        person_id=person_id,
        actor=unit.actor,
        at=unit.now,
        text=text,
        signature=command.signature,
        signed_name=signed_name,
    )
    events = order.decide(command.version, choice)
    await settle_free_services(unit, order)
    unit.save(REPAIR_ORDERS, order, events)
    return order
