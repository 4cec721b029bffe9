"""A complaint comes in: by hand, or by a low score (C5, V4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.unit import Unit
from contracts.crm import ComplaintClass, ComplaintOrigin
from contracts.values import Sealed

from crm.domain.complaint import Complaint, Deadlines, Trigger, triggers_in
from crm.domain.contact import ContactState
from crm.domain.contact_policy import RUNNING_VISIT
from crm.domain.customer import Customer
from crm.domain.errors import CustomerUnknown
from crm.projections.history import remember_complaint
from crm.storage.complaints import COMPLAINTS
from crm.storage.contacts import CONTACTS
from crm.storage.customers import speaking_customer
from crm.usecases.drop_contacts import drop_contact

LINKED_REPEATS = 20


@dataclass(frozen=True, slots=True)
class OpenComplaint:
    """``words``: what the customer said; ``sealed_words``: the same when it comes sealed in a fact."""

    dealer_id: str
    case_id: str
    person_id: str
    complaint_class: ComplaintClass
    origin: ComplaintOrigin
    handler: str
    deadlines: Deadlines
    about_visit: str | None = None
    invitation_id: str | None = None
    triggers: Sequence[Trigger] = ()
    words: str | None = None
    sealed_words: Sealed | None = None


async def open_complaint(unit: Unit, command: OpenComplaint) -> Complaint:
    """The case stands, once for each case id; other contacts with the customer are held back. ``CustomerUnknown``."""
    known = await unit.find(COMPLAINTS, command.case_id)
    if known is not None:
        return known
    customer = await speaking_customer(unit, command.person_id)
    if customer is None:
        raise CustomerUnknown(command.person_id)
    words = command.words or await unit.open(command.sealed_words)
    triggers = sorted({*command.triggers, *triggers_in(words)})
    sealed = await unit.seal(command.person_id, command.words) if command.words else command.sealed_words
    complaint = Complaint(
        dealer_id=command.dealer_id,
        case_id=command.case_id,
        person_id=command.person_id,
        complaint_class=command.complaint_class,
        origin=command.origin,
        handler=command.handler,
        opened_at=unit.now,
        due_at=command.deadlines.due(unit.now, important=bool(triggers)),
        about_visit=command.about_visit,
        invitation_id=command.invitation_id,
        triggers=triggers,
        description=sealed,
        repeats=await _earlier_cases(unit, customer, command.complaint_class),
    )
    events = complaint.opened()
    unit.add(COMPLAINTS, complaint, events)
    remember_complaint(unit, complaint, events)
    await _hold_back_calls(unit, customer, complaint)
    return complaint


async def _earlier_cases(unit: Unit, customer: Customer, complaint_class: ComplaintClass) -> list[str]:
    wanted = {"person_id": {"$in": customer.ids}, "complaint_class": complaint_class}
    cases = await unit.query(COMPLAINTS, wanted, sort=[("opened_at", -1)], limit=LINKED_REPEATS)
    return [case.case_id for case in cases]


async def _hold_back_calls(unit: Unit, customer: Customer, complaint: Complaint) -> None:
    """Agents' open call tasks with this customer end; the one in whose call the complaint came up is being finished."""
    wanted = {"person_id": {"$in": customer.ids}, "state": ContactState.TASK}
    for contact in await unit.query(CONTACTS, wanted):
        its_own_call = contact.visit_id is not None and contact.visit_id == complaint.about_visit
        if contact.purpose not in RUNNING_VISIT and not its_own_call:
            drop_contact(unit, contact, "a complaint is open: only its handler contacts the customer")
