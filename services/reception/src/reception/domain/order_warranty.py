"""Where a repair order's lines stand with the maker (R8), and the free services they use (R20)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.reception import AuthorisedHow
from contracts.values import ClassHours, PayType
from contracts.workshop import Urgency

from reception.domain import announcements, errors_warranty
from reception.domain.authorisation import BY_MAKER, Withdrawal
from reception.domain.order_parts import asked
from reception.domain.warranty import NOT_PAID, WAITING, WarrantyCase, WarrantyState
from reception.domain.work import Finding

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from contracts.event import Event
    from contracts.values import WorkLine

    from reception.domain.authorisation import Choice
    from reception.domain.repair_order import RepairOrder


def check_warranty(
    order: RepairOrder, line_id: str, case: WarrantyCase, vehicle_age: int | None, cause: str, actor: str
) -> list[Event]:
    """R8: what the policy says of a line. What it leaves open is asked at headquarters, and the line waits for the
    answer; before the diagnosis nobody can say, and the line waits for that. ``actor``: who checks."""
    order.may_change()
    line = order.line(line_id)
    if line_id in order.agreement.authorised_lines:
        raise errors_warranty.LineDecidedAlready(line_id)
    order.warranty[line_id] = case
    if case.state not in WAITING:
        return _settled(order, line_id, case.state is WarrantyState.COVERED, case.why, case.at, actor)
    _hold(order, line_id, True)
    if case.state is WarrantyState.PENDING_DIAGNOSIS:
        return []
    return [announcements.warranty_requested(order, line, case, vehicle_age, cause)]


def warranty_answered(
    order: RepairOrder, line_id: str, granted: bool, reason: str, at: datetime, actor: str
) -> list[Event]:
    """R8: headquarters' answer. A granted line that the customer accepted may be worked from now on; a refused one
    is off, and comes back as a finding that he may pay himself (R14). ``actor``: who said it, or wrote it down."""
    order.check_evidence()
    case = order.warranty.get(line_id)
    if case is None or case.state is not WarrantyState.REQUESTED:
        raise errors_warranty.NoWarrantyRequest(line_id)
    state = WarrantyState.AUTHORISED if granted else WarrantyState.REFUSED
    order.warranty[line_id] = replace(case, state=state, reference=reason, at=at)
    return _settled(order, line_id, granted, reason, at, actor)


def maker_pays(order: RepairOrder, version: int, choice: Choice) -> None:
    """R8: what the maker is known not to pay is not accepted in his name, nor at the counter what nobody checked."""
    if choice.how is not AuthorisedHow.LINK:
        maker_asked(order, version, choice.accept)
    for line in order.agreement.decidable(version).lines_of(choice.accept):
        case = order.warranty.get(line.line_id)
        if _goes_by_policy(order, line) and case and case.state in NOT_PAID:
            raise errors_warranty.WarrantyNotPaid(line.line_id)


def maker_asked(order: RepairOrder, version: int, lines: Collection[str]) -> None:
    """R8: before the customer decides, each line in the maker's name was checked."""
    for line in order.agreement.decidable(version).lines_of(lines):
        if _unchecked(order, line):
            raise errors_warranty.WarrantyNotChecked(line.line_id)


def wait_for_check(order: RepairOrder, accepted: Collection[str]) -> None:
    """R8: whoever answers a link that was sent unchecked cannot check anything: such a line waits for the check."""
    for line_id in accepted:
        if _unchecked(order, order.line(line_id)):
            _hold(order, line_id, True)


def check_anew(order: RepairOrder, old: WorkLine, new: WorkLine) -> None:
    """R8: the maker's word was about these parts, at this price at most: a line that got others, or dearer, is checked
    again before anybody accepts it."""
    if _kinds_of(old) != _kinds_of(new) or new.total.amount > old.total.amount:
        order.warranty.pop(old.line_id, None)
        _hold(order, old.line_id, False)


def claim_free_service(order: RepairOrder, line_id: str, service_id: str) -> list[Event]:
    """R20: a line uses a free service of its VIN; it is paid by somebody else than the customer."""
    order.may_change()
    if order.line(line_id).pay_type is PayType.CUSTOMER_PAY:
        raise errors_warranty.FreeServiceCharged(line_id)
    if line_id in order.free_services:
        raise errors_warranty.FreeServiceClaimed(line_id)
    order.free_services[line_id] = service_id
    return []


def _settled(order: RepairOrder, line_id: str, paid: bool, reason: str, at: datetime, actor: str) -> list[Event]:
    """The maker's word is there: an accepted line is released, or off if it was his to pay."""
    waited = line_id in order.agreement.held
    _hold(order, line_id, False)
    if not waited or line_id not in order.agreement.accepted_lines or order.delivery or order.cancelled_at:
        return []
    paid = paid or not _goes_by_policy(order, order.line(line_id))
    return _released(order, line_id) if paid else _refused(order, line_id, reason, at, actor)


def _released(order: RepairOrder, line_id: str) -> list[Event]:
    decision = next(one for one in order.agreement.decisions if line_id in one.accepted)
    order.work.more()
    return [announcements.authorised(order, order.agreement.estimate(decision.version), decision, [line_id])]


def _refused(order: RepairOrder, line_id: str, reason: str, at: datetime, actor: str) -> list[Event]:
    """Nothing stays reserved for it; a vehicle that waited for nothing else is to be picked up (R15)."""
    line = order.line(line_id)
    withdrawal = Withdrawal((line_id,), "", at, "WARRANTY_REFUSED", BY_MAKER)
    order.agreement.withdraw(withdrawal, actor)
    order.supply.release([line_id], at)
    hours = ClassHours(work_class=line.work_class, hours=line.hours)
    finding_id = f"warranty-{line_id}"
    order.work.found(Finding(finding_id, line_id, reason, Urgency.LATER, hours, line.parts, at))
    return [announcements.withdrawn(order, withdrawal), *asked(order), *order.pick_up_due()]


def _kinds_of(line: WorkLine) -> Counter[tuple[str, str]]:
    """How many pieces of each part by number and condition; a name says nothing to the maker."""
    kinds: Counter[tuple[str, str]] = Counter()
    for part in line.parts:
        kinds[part.number, part.condition] += part.quantity
    return kinds


def _unchecked(order: RepairOrder, line: WorkLine) -> bool:
    return _goes_by_policy(order, line) and line.line_id not in order.warranty


def _goes_by_policy(order: RepairOrder, line: WorkLine) -> bool:
    """In the maker's name; but a free service (R20) is paid as it was granted, not by his policy."""
    return line.pay_type is PayType.WARRANTY and line.line_id not in order.free_services


def _hold(order: RepairOrder, line_id: str, waits: bool) -> None:
    others = [held for held in order.agreement.held if held != line_id]
    order.agreement.held = [*others, line_id] if waits else others
