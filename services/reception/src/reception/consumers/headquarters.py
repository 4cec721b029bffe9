"""Which dealers there are (H1), what headquarters says of warranty (R8), and which free services a VIN has (R20)."""

from dataclasses import replace

from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.headquarters import (
    DealerChanged,
    DealerRegistered,
    FreeServiceGranted,
    TechnicalSupportAnswered,
    WarrantyAuthorised,
    WarrantyRefused,
)

from reception.domain.dealer import Dealer
from reception.domain.warranty import WarrantyState
from reception.storage.collections import DEALERS, DIAGNOSES, REPAIR_ORDERS
from reception.usecases.answer_warranty import AnswerWarranty, answer_warranty
from reception.usecases.free_services import GrantFreeService, grant_free_service


async def on_dealer_registered(unit: Unit, fact: Fact[DealerRegistered]) -> None:
    """Also for a change: it carries the whole new registration."""
    event = fact.event
    known = await unit.find(DEALERS, fact.dealer_id)
    dealer = known or Dealer(fact.dealer_id, event.name, event.name_zh, event.zone, event.currency, (), ())
    dealer.name, dealer.name_zh = event.name, event.name_zh
    dealer.zone, dealer.currency = event.zone, event.currency
    dealer.opening_hours, dealer.advisors = event.opening_hours, event.advisors
    (unit.save if known else unit.add)(DEALERS, dealer)


async def on_warranty_authorised(unit: Unit, fact: Fact[WarrantyAuthorised]) -> None:
    await _answered(
        unit, fact, fact.event.request_id, AnswerWarranty("", fact.event.line_id, True, fact.event.reference)
    )


async def on_warranty_refused(unit: Unit, fact: Fact[WarrantyRefused]) -> None:
    told = fact.event
    await _answered(unit, fact, told.request_id, AnswerWarranty("", told.line_id, False, told.reason))


async def _answered(unit: Unit, fact: Fact, request_id: str, answer: AnswerWarranty) -> None:
    """An answer to a request that was answered by hand, or asked anew meanwhile, has lost its sense."""
    visit_id = fact.visit_id or fact.key
    order = await unit.find(REPAIR_ORDERS, visit_id)
    if order is None:
        raise NotYet(REPAIR_ORDERS, visit_id)
    case = order.warranty.get(answer.line_id)
    if case and case.request_id == request_id and case.state is WarrantyState.REQUESTED:
        await answer_warranty(unit, replace(answer, visit_id=visit_id))


async def on_free_service_granted(unit: Unit, fact: Fact[FreeServiceGranted]) -> None:
    told = fact.event
    await grant_free_service(
        unit,
        GrantFreeService(
            dealer_id=fact.dealer_id,
            vin=told.vin,
            code=told.entitlement,
            title=told.title,
            count=told.count,
            valid_until=told.valid_until,
            max_km=told.max_km,
            first=told.first,
        ),
    )


async def on_technical_support_answered(unit: Unit, fact: Fact[TechnicalSupportAnswered]) -> None:
    """R6."""
    visit_id = fact.visit_id or fact.key
    diagnosis = await unit.find(DIAGNOSES, visit_id)
    if diagnosis is None:
        raise NotYet(DIAGNOSES, visit_id)
    diagnosis.answered(fact.event.request_id, fact.event.answer, fact.at)
    unit.save(DIAGNOSES, diagnosis)


HANDLERS = {
    DealerRegistered: on_dealer_registered,
    DealerChanged: on_dealer_registered,
    WarrantyAuthorised: on_warranty_authorised,
    WarrantyRefused: on_warranty_refused,
    FreeServiceGranted: on_free_service_granted,
    TechnicalSupportAnswered: on_technical_support_answered,
}
