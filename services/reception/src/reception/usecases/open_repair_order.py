"""R7, R11: the repair order is opened, with a promised time by work, parts, load and queue that can be explained."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit
from contracts.reception import FollowUpPreference

from reception.domain import errors
from reception.domain.agreement import Agreement
from reception.domain.lines import DraftLine
from reception.domain.particulars import Particulars, PaymentMethod
from reception.domain.policy import Policy
from reception.domain.promise import propose
from reception.domain.repair_order import RepairOrder
from reception.domain.supply import Supply, latest
from reception.domain.visit import Visit
from reception.storage.collections import BOOKED_PARTS, REPAIR_ORDERS, VISITS
from reception.usecases.known import dealer_of
from reception.usecases.prices import priced
from reception.usecases.promised import hours_of, proposed


@dataclass(frozen=True)
class Personal:
    """What the whole order says of customer and vehicle (R7), in plain words; each may stay unsaid."""

    address: str = ""
    other_phones: tuple[str, ...] = ()
    payer: str = ""
    payment_method: PaymentMethod | None = None
    produced_on: date | None = None
    registered_on: date | None = None
    signature: str | None = None


@dataclass(frozen=True)
class OpenRepairOrder:
    """``advisor``: None is the one who greeted the customer or stood in the appointment."""

    dealer_id: str
    visit_id: str
    lines: tuple[DraftLine, ...]
    keep_replaced_parts: bool
    follow_up: FollowUpPreference
    waiting: bool
    advisor: str | None = None
    menu_items: tuple[str, ...] = ()
    particulars: Personal = Personal()


async def open_repair_order(unit: Unit, command: OpenRepairOrder, policy: Policy) -> RepairOrder:
    """Raises what is missing of the check-in, ``CustomerLeft``, ``RepairOrderExists``, ``AdvisorMissing``,
    ``CurrencyForeign``."""
    visit = await unit.get(VISITS, command.visit_id)
    if await unit.find(REPAIR_ORDERS, command.visit_id):
        raise errors.RepairOrderExists
    visit.take_order(unit.now)
    advisor = command.advisor or visit.advisor
    if advisor is None:
        raise errors.AdvisorMissing
    dealer = await dealer_of(unit, command.dealer_id)
    listed = await priced(unit, dealer, command.lines, command.menu_items)
    agreement = Agreement(currency=dealer.currency, about=f"{visit.dealer_id}/{visit.visit_id}")
    lines = agreement.number(listed.lines)
    booked = await unit.find(BOOKED_PARTS, command.visit_id)
    supply = Supply(booked.of_lines(lines) if booked else [])
    due = latest(part for part in supply.missing({line.line_id for line in lines}) if part.eta)
    hours = hours_of(lines)
    if visit.booked:
        proposal = propose(unit.now, hours, dealer, policy, parts_due=due)
    else:
        proposal = await proposed(unit, dealer, policy, hours, due)
    order = RepairOrder(
        visit_id=visit.visit_id,
        dealer_id=visit.dealer_id,
        opened_at=unit.now,
        booked=visit.booked,
        rework_of=visit.rework_of,
        customer=visit.customer,
        vehicle=visit.vehicle,
        advisor=advisor,
        concern=visit.words,
        lines=lines,
        agreement=agreement,
        promised_at=proposal.promise.promised_at,
        promise_parts=proposal.promise.parts,
        promise_waits=proposal.obstacles,
        supply=supply,
        keep_replaced_parts=command.keep_replaced_parts,
        follow_up=command.follow_up,
        waiting=command.waiting,
        particulars=await _sealed(unit, visit, command.particulars),
        planned_by=listed.version,
    )
    unit.save(VISITS, visit)
    unit.add(REPAIR_ORDERS, order, order.open())
    return order


async def _sealed(unit: Unit, visit: Visit, told: Personal) -> Particulars:
    """With the customer's key; the fuel gauge as it was read on the walk-around."""
    person_id = visit.customer.person_id
    return Particulars(
        address=await unit.seal(person_id, told.address) if told.address else None,
        other_phones=tuple([await unit.seal(person_id, phone) for phone in told.other_phones]),
        payer=await unit.seal(person_id, told.payer) if told.payer else None,
        payment_method=told.payment_method,
        produced_on=told.produced_on,
        registered_on=told.registered_on,
        fuel_percent=visit.walk_around.fuel_percent,
        signature=told.signature,
    )
