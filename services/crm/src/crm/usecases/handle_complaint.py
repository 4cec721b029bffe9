"""What a handler does with a complaint (C5): interim solution, escalation, solution, closing."""

from collections.abc import Sequence
from datetime import datetime

from chassis.unit import Unit

from crm.domain.complaint import Complaint, Deadlines, Trigger, due_times
from crm.projections.history import remember_complaint
from crm.storage.complaints import COMPLAINTS


async def ease_complaint(unit: Unit, case_id: str, text: str) -> Complaint:
    """Records the interim solution. Raises ``ComplaintAlreadyClosed``."""
    complaint = await unit.get(COMPLAINTS, case_id)
    complaint.ease(await unit.seal(complaint.person_id, text))
    unit.save(COMPLAINTS, complaint)
    return complaint


async def escalate_complaint(unit: Unit, case_id: str, triggers: Sequence[Trigger], deadlines: Deadlines) -> Complaint:
    """The case turned out important. Raises ``ComplaintAlreadyClosed``."""
    complaint = await unit.get(COMPLAINTS, case_id)
    events = complaint.escalate(triggers, unit.now, deadlines)
    unit.save(COMPLAINTS, complaint, events)
    remember_complaint(unit, complaint, events)
    return complaint


async def offer_solution(unit: Unit, case_id: str, text: str) -> Complaint:
    """Records the solution offered to the customer. Raises ``ComplaintAlreadyClosed``."""
    complaint = await unit.get(COMPLAINTS, case_id)
    complaint.offer(await unit.seal(complaint.person_id, text))
    unit.save(COMPLAINTS, complaint)
    return complaint


async def close_complaint(unit: Unit, case_id: str, *, agreed: bool, satisfied: bool | None) -> Complaint:
    """Closes the case. Raises ``SolutionMissing``, ``AgreementMissing``, ``ComplaintAlreadyClosed``."""
    complaint = await unit.get(COMPLAINTS, case_id)
    events = complaint.close(agreed=agreed, satisfied=satisfied, at=unit.now)
    unit.save(COMPLAINTS, complaint, events)
    remember_complaint(unit, complaint, events)
    return complaint


async def mark_overdue(unit: Unit, case_id: str, due: datetime) -> None:
    """The deadline went by; one that was brought forward meanwhile has a timer of its own."""
    complaint = await unit.get(COMPLAINTS, case_id)
    if due_times(complaint).get("deadline") != due:
        return
    complaint.pass_deadline()
    unit.save(COMPLAINTS, complaint)
