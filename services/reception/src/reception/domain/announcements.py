"""How the repair order's facts are worded for others (``contracts.reception``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.event import Event
from contracts.reception import (
    EstimateAuthorised,
    LinesDeclined,
    LinesWithdrawn,
    PartsOrderAgreed,
    RepairOrderOpened,
    VehicleDelivered,
    WarrantyAuthorisationRequested,
)

from reception.domain.supply import latest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from contracts.values import WorkLine

    from reception.domain.authorisation import Decision, Withdrawal
    from reception.domain.delivery import Delivery
    from reception.domain.estimate import Estimate
    from reception.domain.repair_order import RepairOrder
    from reception.domain.supply import PartSupply
    from reception.domain.warranty import WarrantyCase


def opened(order: RepairOrder) -> RepairOrderOpened:
    return RepairOrderOpened(
        customer=order.customer,
        vehicle=order.vehicle,
        advisor=order.advisor,
        concern=order.concern,
        promised_at=order.promised_at,
        keep_replaced_parts=order.keep_replaced_parts,
        follow_up=order.follow_up,
        waiting=order.waiting,
        rework_of=order.rework_of,
    )


def decided(order: RepairOrder, estimate: Estimate, decision: Decision) -> list[Event]:
    """What was authorised, if anything; then the refused lines, one fact for each reason."""
    events: list[Event] = []
    if free := [line_id for line_id in decision.accepted if line_id not in order.agreement.held]:
        events.append(authorised(order, estimate, decision, free))
    for reason in dict.fromkeys(decision.declined.values()):
        refused = tuple(line_id for line_id, why in decision.declined.items() if why is reason)
        events.append(
            LinesDeclined(
                version=estimate.version,
                supplement=estimate.supplement,
                finding_id=estimate.finding_id,
                lines=refused,
                reason=reason,
                evidence_sha256=order.agreement.head,
            )
        )
    return events


def authorised(
    order: RepairOrder, estimate: Estimate, decision: Decision, lines: Collection[str]
) -> EstimateAuthorised:
    """Of a decided version the lines on which work may start; what the maker must answer first follows later (R8)."""
    return EstimateAuthorised(
        version=estimate.version,
        supplement=estimate.supplement,
        finding_id=estimate.finding_id,
        lines=estimate.lines_of(lines),
        amount=estimate.amount_of(lines),
        authorised_total=order.agreement.authorised_total,
        how=decision.how,
        by=decision.person_id,
        booked=order.booked,
        waiting=order.waiting,
        vehicle=order.vehicle,
        advisor=order.advisor,
        promised_at=order.promised_at,
        rework_of=order.rework_of,
        evidence_sha256=order.agreement.head,
    )


def parts_agreed(awaited: Sequence[PartSupply]) -> PartsOrderAgreed:
    return PartsOrderAgreed(lines=tuple(dict.fromkeys(part.line_id for part in awaited)), eta=latest(awaited))


def warranty_requested(
    order: RepairOrder, line: WorkLine, case: WarrantyCase, age_months: int | None, cause: str
) -> WarrantyAuthorisationRequested:
    return WarrantyAuthorisationRequested(
        request_id=case.request_id or "",
        line=line,
        vehicle=order.vehicle,
        rule=case.rule,
        reason=case.why,
        age_months=age_months,
        cause=cause,
    )


def withdrawn(order: RepairOrder, withdrawal: Withdrawal) -> LinesWithdrawn:
    return LinesWithdrawn(
        lines=withdrawal.lines,
        reason=withdrawal.reason,
        authorised_total=order.agreement.authorised_total,
        evidence_sha256=order.agreement.head,
    )


def delivered(order: RepairOrder, delivery: Delivery) -> VehicleDelivered:
    return VehicleDelivered(
        customer=order.customer,
        vehicle=order.vehicle,
        advisor=order.advisor,
        promised_at=order.promised_at,
        on_time=delivery.on_time,
        charged=delivery.charged,
        authorised_total=order.agreement.authorised_total,
        follow_up=order.follow_up,
        opinion_card_filled=delivery.hand_over.opinion_card_filled,
        rework_of=order.rework_of,
    )
