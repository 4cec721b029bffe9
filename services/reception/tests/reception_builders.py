"""Builders of reception's test data. The reference day is Monday 2025-06-23 in Shanghai (UTC+8)."""

from datetime import UTC, datetime, time, timedelta

from contracts.headquarters import OpeningHours
from contracts.reception import AuthorisedHow, FollowUpPreference, Intent
from contracts.values import (
    ClassHours,
    Money,
    PartLine,
    PayType,
    Person,
    Sealed,
    TechnicianHours,
    Vehicle,
    WorkClass,
)
from contracts.workshop import Urgency
from reception.domain.agreement import Agreement, Terms
from reception.domain.authorisation import Choice, DeclineReason
from reception.domain.dealer import Dealer
from reception.domain.delivery import DELIVERY_CHECKS, HandOver, NextService
from reception.domain.lines import DraftLine
from reception.domain.policy import Policy
from reception.domain.questionnaire import Questioning
from reception.domain.repair_order import RepairOrder
from reception.domain.visit import Visit
from reception.domain.walk_around import ORDER, Sight, Station
from reception.domain.work import Finding, LineState

POLICY = Policy()
NINE = datetime(2025, 6, 23, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai."""
VIN = "JT1234567890ABCDE"
PLATE = "沪A12345"
VEHICLE = Vehicle(vin=VIN, plate=PLATE, model="AE100", odometer_km=20_000)
CUSTOMER = Person(
    person_id="person-1",
    name=Sealed(person_id="person-1", ciphertext="Sm9uZXM="),
    phone=Sealed(person_id="person-1", ciphertext="MTM4"),
)
ANSWERS = {
    "what": ("NOISE",),
    "where": ("FRONT",),
    "when": ("TODAY",),
    "conditions": ("BRAKING", "COLD_ENGINE"),
    "who_drove": ("OWNER",),
    "how_often": ("SOMETIMES",),
}


def yuan(amount: int) -> Money:
    """Whole yuan in fen."""
    return Money(amount=amount * 100, currency="CNY")


def a_dealer(zone: str = "Asia/Shanghai", opens: int = 8, closes: int = 18, days: range = range(6)) -> Dealer:
    hours = tuple(OpeningHours(weekday=day, opens=time(opens), closes=time(closes)) for day in days)
    currency = "CNY" if zone == "Asia/Shanghai" else "EUR"
    return Dealer("SH001", "Pudong Motors", "浦东汽车", zone, currency, hours, ("anna", "bo"))


def a_draft(labour: int = 200, part_price: int = 150, quantity: int = 1, pay_type: PayType = PayType.CUSTOMER_PAY):
    part = PartLine(number="90915-YZZE1", name="Oil filter", quantity=quantity, price=yuan(part_price))
    return DraftLine(
        operation="PM20",
        title="20,000 km service",
        work_class=WorkClass.PM,
        hours=TechnicianHours.of(2),
        labour=yuan(labour),
        parts=(part,),
        pay_type=pay_type,
    )


def a_visit(booked: bool = True, rework_of: str | None = None, advisor: str | None = "anna") -> Visit:
    return Visit(
        visit_id="visit-1",
        dealer_id="SH001",
        day=NINE.date(),
        arrived_at=NINE,
        listed_as="1",
        booked=booked,
        intent=Intent.REWORK if rework_of else Intent.MAINTENANCE,
        customer=CUSTOMER,
        vehicle=VEHICLE,
        advisor=advisor,
        rework_of=rework_of,
    )


def a_sight(station: Station, vin: str = VIN, plate: str = PLATE, **seen) -> Sight:
    if station is Station.LEFT_FRONT_WING:
        seen["vin_seen"] = vin
    if station is Station.FRONT:
        seen["plate_seen"] = plate
    return Sight(station, NINE, **seen)


def walked_around(visit: Visit) -> Visit:
    for station in ORDER:
        visit.see(a_sight(station))
    visit.sign_walk_around("signature-1", NINE)
    return visit


def questioned(read_back: bool = True) -> Questioning:
    return Questioning(1, dict(ANSWERS), None, "look at the brakes", read_back, NINE)


def an_order(*drafts: DraftLine, promised_at: datetime = NINE + timedelta(hours=3)) -> RepairOrder:
    agreement = Agreement(currency="CNY", about="SH001/visit-1")
    order = RepairOrder(
        visit_id="visit-1",
        dealer_id="SH001",
        opened_at=NINE,
        booked=True,
        rework_of=None,
        customer=CUSTOMER,
        vehicle=VEHICLE,
        advisor="anna",
        concern=None,
        lines=agreement.number(drafts or (a_draft(),)),
        agreement=agreement,
        promised_at=promised_at,
        promise_parts=(),
        keep_replaced_parts=False,
        follow_up=FollowUpPreference(),
        waiting=True,
    )
    order.open()
    return order


def terms(percent: int = 0, finding_id: str | None = None) -> Terms:
    return Terms(percent, NINE, "advisor:anna", finding_id)


def a_choice(*accept: str, decline: dict[str, DeclineReason] | None = None) -> Choice:
    return Choice(
        accept=accept,
        decline=decline or {},
        how=AuthorisedHow.ON_SITE,
        person_id="person-1",
        actor="advisor:anna",
        at=NINE,
        text="Estimate 1",
        signature="signature-2",
    )


def an_authorised_order(*drafts: DraftLine) -> RepairOrder:
    """With its first estimate authorised as a whole."""
    order = an_order(*drafts)
    order.issue_estimate(None, terms(), POLICY)
    order.decide(1, a_choice(*(line.line_id for line in order.lines)))
    return order


def a_finding(finding_id: str = "finding-1") -> Finding:
    hours = ClassHours(work_class=WorkClass.GR, hours=TechnicianHours.of(1))
    return Finding(finding_id, None, "brake pads worn", Urgency.SAFETY, hours, (), NINE)


def worked(order: RepairOrder) -> RepairOrder:
    """All authorised lines done and released by quality control."""
    lines = tuple(order.agreement.authorised_lines)
    for line_id in lines:
        order.work.progress(line_id, LineState.COMPLETED, NINE)
    order.work.quality_passed(NINE)
    order.work.ready(lines, NINE)
    return order


def a_ready_order(*drafts: DraftLine) -> RepairOrder:
    order = worked(an_authorised_order(*drafts))
    order.check_delivery(tuple(DELIVERY_CHECKS), NINE)
    return order


def a_hand_over() -> HandOver:
    return HandOver(
        opinion_card_filled=False,
        work_explained=True,
        old_parts_shown=True,
        follow_up_announced=True,
        next_service=NextService(due_km=30_000),
    )
