"""What is shown of visits and repair orders: with personal values opened, never kept."""

from datetime import date, datetime
from typing import Self

from chassis.texts import Words
from chassis.unit import Unit
from contracts.reception import FollowUpPreference
from contracts.values import Person, Vehicle
from pydantic import BaseModel

from reception.api.answers import OrderAnswer, VisitAnswer
from reception.domain.delivery import Delivery
from reception.domain.particulars import LineStory
from reception.domain.repair_order import RepairOrder
from reception.domain.supply import PartSupply
from reception.domain.vin import DecodedVin, decode
from reception.domain.visit import Mismatch, Visit
from reception.domain.walk_around import WalkAround
from reception.domain.warranty import WarrantyCase, WarrantyState
from reception.domain.work import Finding, LineProgress, LineTimes


class CustomerOut(BaseModel):
    """Null values: the person was erased."""

    person_id: str
    name: str | None
    phone: str | None

    @classmethod
    async def of(cls, unit: Unit, person: Person) -> Self:
        return cls(person_id=person.person_id, name=await unit.open(person.name), phone=await unit.open(person.phone))


class VehicleOut(Vehicle):
    """The vehicle, with its VIN read as far as the standard goes (R19); null for a free-text chassis number."""

    vin_decoded: DecodedVin | None

    @classmethod
    def decoded(cls, vehicle: Vehicle) -> Self:
        return cls(**dict(vehicle), vin_decoded=decode(vehicle.vin))


class QuestioningOut(BaseModel):
    """The questioning with the customer's own words (R3)."""

    version: int
    answers: dict[str, list[str]]
    own_words: str | None
    plan: str
    read_back: bool
    at: datetime


class WarrantyCaseOut(BaseModel):
    """One line and the maker; `why` is what his policy says of it."""

    state: WarrantyState
    rule: str
    why: str
    at: datetime
    request_id: str | None = None
    reference: str = ""

    @classmethod
    def of(cls, case: WarrantyCase, words: Words) -> Self:
        return cls(
            state=case.state,
            rule=case.rule,
            why=words.shown(case.said) if case.said else case.why,
            at=case.at,
            request_id=case.request_id,
            reference=case.reference,
        )


class OrderOut(OrderAnswer):
    """A repair order with what the workshop told (R7, R14, R15)."""

    opened_at: datetime
    rework_of: str | None
    keep_replaced_parts: bool
    waiting: bool
    follow_up: FollowUpPreference
    progress: dict[str, LineProgress]
    times: dict[str, LineTimes]
    """When each line was begun and finished (R7)."""
    stories: dict[str, LineStory]
    """Concern, cause and correction by line (R18)."""
    parts: list[PartSupply]
    """Where the parts of each line stand (R9)."""
    draft_to_confirm: int | None
    """The draft of parts that no estimate took in yet, as `…/parts-draft` shows it (R10)."""
    withdrawn: list[str]
    warranty: dict[str, WarrantyCaseOut]
    """Where lines stand with the maker (R8)."""
    free_services: list[str]
    """Lines that use a free service (R20)."""
    findings: list[Finding]
    qc_failures: int
    qc_passed_at: datetime | None
    ready_at: datetime | None
    cancelled_at: datetime | None
    promise_broken: bool
    delivery: Delivery | None

    @classmethod
    def worded(cls, order: RepairOrder, words: Words) -> Self:
        answer = OrderAnswer.of(order)
        return cls(
            **{name: getattr(answer, name) for name in OrderAnswer.model_fields},
            opened_at=order.opened_at,
            rework_of=order.rework_of,
            keep_replaced_parts=order.keep_replaced_parts,
            waiting=order.waiting,
            follow_up=order.follow_up,
            progress=order.work.lines,
            times=order.work.times,
            stories=order.stories,
            parts=order.supply.parts,
            draft_to_confirm=order.draft_to_confirm,
            withdrawn=sorted(order.agreement.withdrawn),
            warranty={line_id: WarrantyCaseOut.of(case, words) for line_id, case in order.warranty.items()},
            free_services=sorted(order.free_services),
            findings=order.work.findings,
            qc_failures=order.work.qc_failures,
            qc_passed_at=order.work.qc_passed_at,
            ready_at=order.work.ready_at,
            cancelled_at=order.cancelled_at,
            promise_broken=order.promise_broken,
            delivery=order.delivery,
        )


class VisitOut(VisitAnswer):
    """A visit as the counter sees it."""

    day: date
    customer: CustomerOut
    vehicle: VehicleOut
    concern: str | None
    questioning: QuestioningOut | None
    walk_around: WalkAround
    mismatches: list[Mismatch]
    repair_order: OrderOut | None

    @classmethod
    async def opened(cls, unit: Unit, visit: Visit, order: RepairOrder | None, words: Words) -> Self:
        answer = VisitAnswer.of(visit)
        return cls(
            **{name: getattr(answer, name) for name in VisitAnswer.model_fields},
            day=visit.day,
            customer=await CustomerOut.of(unit, visit.customer),
            vehicle=VehicleOut.decoded(visit.vehicle),
            concern=await unit.open(visit.concern),
            questioning=await _questioning(unit, visit),
            walk_around=visit.walk_around,
            mismatches=visit.mismatches,
            repair_order=OrderOut.worded(order, words) if order else None,
        )


async def _questioning(unit: Unit, visit: Visit) -> QuestioningOut | None:
    taken = visit.questioning
    if taken is None:
        return None
    return QuestioningOut(
        version=taken.version,
        answers={question: list(codes) for question, codes in taken.answers.items()},
        own_words=await unit.open(taken.own_words),
        plan=taken.plan,
        read_back=taken.read_back,
        at=taken.at,
    )


class VisitRow(BaseModel):
    """One visit in a list, without the person."""

    visit_id: str
    day: date
    arrived_at: datetime
    booked: bool
    intent: str
    plate: str
    model: str
    advisor: str | None
    state: str
    """ARRIVED, LEFT, STOPPED, CHECKED_IN, then the repair order's OPEN, AUTHORISED, READY, DELIVERED, CANCELLED."""
    promised_at: datetime | None
    promise_at_risk: str | None

    @classmethod
    def of(cls, visit: Visit, order: RepairOrder | None) -> Self:
        return cls(
            visit_id=visit.visit_id,
            day=visit.day,
            arrived_at=visit.arrived_at,
            booked=visit.booked,
            intent=visit.intent,
            plate=visit.vehicle.plate,
            model=visit.vehicle.model,
            advisor=order.advisor if order else visit.advisor,
            state=order.state if order else _at_the_counter(visit),
            promised_at=order.promised_at if order else None,
            promise_at_risk=order.promise_at_risk if order else None,
        )


def _at_the_counter(visit: Visit) -> str:
    if visit.departure:
        return "LEFT"
    if visit.stopped:
        return "STOPPED"
    return "CHECKED_IN" if visit.walk_around.signed_at else "ARRIVED"
