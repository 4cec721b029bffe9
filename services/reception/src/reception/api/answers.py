"""What commands answer: ids, states, times, money. No personal value: answers are kept with the document."""

from datetime import datetime
from typing import Self

from contracts.values import Money, PartCondition, WorkLine
from pydantic import BaseModel

from reception.domain.authorisation import Decision
from reception.domain.estimate import Estimate
from reception.domain.promise import Obstacle, PromisePart
from reception.domain.repair_order import RepairOrder
from reception.domain.visit import Visit


class VisitAnswer(BaseModel):
    """A visit at the counter, and what comes next."""

    visit_id: str
    booked: bool
    intent: str
    rework_of: str | None
    advisor: str | None
    arrived_at: datetime
    greeted_at: datetime | None
    waited_seconds: int | None
    """From arrival to greeting, or until he left ungreeted; null while the customer waits."""
    left_at: datetime | None
    """When he went before anybody greeted him; null once he is back (R1)."""
    left_reason: str | None
    questionnaire_read_back: bool
    next_station: str | None
    stopped: bool
    """VIN or plate differ, or the booked VIN's check digit is wrong: resolve that first."""
    walk_around_missing: list[str]

    @classmethod
    def of(cls, visit: Visit) -> Self:
        left = visit.departure
        over = left.at if left else visit.greeted_at
        return cls(
            visit_id=visit.visit_id,
            booked=visit.booked,
            intent=visit.intent,
            rework_of=visit.rework_of,
            advisor=visit.advisor,
            arrived_at=visit.arrived_at,
            greeted_at=visit.greeted_at,
            waited_seconds=visit.waited_seconds(over) if over else None,
            left_at=left.at if left else None,
            left_reason=left.reason if left else None,
            questionnaire_read_back=bool(visit.questioning and visit.questioning.read_back),
            next_station=visit.walk_around.expected,
            stopped=visit.stopped,
            walk_around_missing=visit.walk_around.missing,
        )


class LineOut(BaseModel):
    """A work line with its id and total."""

    line_id: str
    operation: str
    title: str
    work_class: str
    hours: float
    labour: Money
    parts: Money
    total: Money
    pay_type: str
    requirements: str
    precautions: str
    part_conditions: dict[str, str]
    """By part number, where the part is not a new one of the maker (R18)."""

    @classmethod
    def of(cls, line: WorkLine) -> Self:
        return cls(
            line_id=line.line_id,
            operation=line.operation,
            title=line.title,
            work_class=line.work_class,
            hours=line.hours.hours,
            labour=line.labour,
            parts=line.total - line.labour,
            total=line.total,
            pay_type=line.pay_type,
            requirements=line.requirements,
            precautions=line.precautions,
            part_conditions={
                part.number: part.condition for part in line.parts if part.condition is not PartCondition.NEW_OEM
            },
        )


class OrderAnswer(BaseModel):
    """A repair order as it stands. `promise`: what the promised time is made of, in minutes (R11)."""

    visit_id: str
    state: str
    advisor: str
    lines: list[LineOut]
    promised_at: datetime
    promise: list[PromisePart]
    promise_waits: list[Obstacle]
    """What the start of the work waited for when it was promised first: load, queue, parts (R11)."""
    promise_at_risk: str | None
    authorised_lines: list[str]
    authorised_total: Money
    estimate_versions: int
    diagnosis_pending: bool
    """The customer acknowledged that the estimate follows the diagnosis (R10)."""
    parts_to_agree: list[str]
    """Lines with missing parts that the customer has not agreed to wait for (R9)."""
    checked: bool

    @classmethod
    def of(cls, order: RepairOrder) -> Self:
        return cls(
            visit_id=order.visit_id,
            state=order.state,
            advisor=order.advisor,
            lines=[LineOut.of(line) for line in order.lines],
            promised_at=order.promised_at,
            promise=list(order.promise_parts),
            promise_waits=list(order.promise_waits),
            promise_at_risk=order.promise_at_risk,
            authorised_lines=list(order.agreement.authorised_lines),
            authorised_total=order.agreement.authorised_total,
            estimate_versions=len(order.agreement.estimates),
            diagnosis_pending=order.agreement.diagnosis_pending,
            parts_to_agree=_parts_to_agree(order),
            checked=bool(order.checks),
        )


def _parts_to_agree(order: RepairOrder) -> list[str]:
    standing = {line.line_id for line in order.standing_lines}
    return list(dict.fromkeys(part.line_id for part in order.supply.to_agree(standing)))


class EstimateAnswer(BaseModel):
    """An estimate version (R10): immutable. Amounts count all lines; `customer_pays` is the customer's part."""

    visit_id: str
    version: int
    supplement: bool
    finding_id: str | None
    state: str
    """ISSUED, SUPERSEDED, DECIDED."""
    lines: list[LineOut]
    labour: Money
    parts: Money
    contingency_percent: int
    contingency: Money
    total: Money
    customer_pays: Money
    issued_at: datetime
    issued_by: str
    """Role and name; he confirmed the drafted parts too (R10)."""
    price_list_version: int | None
    """The newest list that menu items or drafted parts were priced by (R10)."""
    parts_draft: int | None
    """The draft whose parts it took in (R10)."""
    parts_drafted_by: str | None
    link_expires_at: datetime | None
    """Until when the last personal link is good, if one was asked for."""

    @classmethod
    def last(cls, order: RepairOrder) -> Self:
        """The version issued just now."""
        return cls.of(order, order.agreement.estimates[-1])

    @classmethod
    def of(cls, order: RepairOrder, estimate: Estimate) -> Self:
        agreement, version = order.agreement, estimate.version
        superseded = "SUPERSEDED" if agreement.superseded_by(estimate) else "ISSUED"
        asked = [request.expires_at for request in agreement.link_requests if request.version == version]
        return cls(
            visit_id=order.visit_id,
            version=version,
            supplement=estimate.supplement,
            finding_id=estimate.finding_id,
            state="DECIDED" if agreement.decision_on(version) else superseded,
            lines=[LineOut.of(line) for line in estimate.lines],
            labour=estimate.labour,
            parts=estimate.parts,
            contingency_percent=estimate.contingency_percent,
            contingency=estimate.contingency,
            total=estimate.total,
            customer_pays=estimate.customer_pays,
            issued_at=estimate.issued_at,
            issued_by=estimate.issued_by,
            price_list_version=estimate.price_list_version,
            parts_draft=estimate.parts_draft,
            parts_drafted_by=estimate.parts_drafted_by or None,
            link_expires_at=asked[-1] if asked else None,
        )


class DecisionAnswer(BaseModel):
    """The customer's decision on one version (R12)."""

    visit_id: str
    version: int
    accepted: list[str]
    declined: dict[str, str]
    amount: Money
    """Authorised with this version."""
    authorised_total: Money
    """The ceiling of every invoice of this visit."""
    how: str
    decided_at: datetime
    order_state: str

    @classmethod
    def last(cls, order: RepairOrder) -> Self:
        """The decision taken just now."""
        return cls._of(order, order.agreement.decisions[-1])

    @classmethod
    def on(cls, order: RepairOrder, version: int) -> Self | None:
        """The decision on a version, if there is one."""
        decision = order.agreement.decision_on(version)
        return cls._of(order, decision) if decision else None

    @classmethod
    def _of(cls, order: RepairOrder, decision: Decision) -> Self:
        return cls(
            visit_id=order.visit_id,
            version=decision.version,
            accepted=list(decision.accepted),
            declined={line_id: str(reason) for line_id, reason in decision.declined.items()},
            amount=decision.amount,
            authorised_total=order.agreement.authorised_total,
            how=decision.how,
            decided_at=decision.at,
            order_state=order.state,
        )


class DeliveryAnswer(BaseModel):
    """The hand-over (R16)."""

    visit_id: str
    delivered_at: datetime
    promised_at: datetime
    on_time: bool
    charged: Money
    charges: dict[str, Money]
    authorised_total: Money

    @classmethod
    def of(cls, order: RepairOrder) -> Self:
        if order.delivery is None:
            raise LookupError("not delivered yet")
        return cls(
            visit_id=order.visit_id,
            delivered_at=order.delivery.at,
            promised_at=order.promised_at,
            on_time=order.delivery.on_time,
            charged=order.delivery.charged,
            charges=order.delivery.charges,
            authorised_total=order.agreement.authorised_total,
        )
