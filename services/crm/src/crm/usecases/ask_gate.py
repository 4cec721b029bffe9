"""Asks the contact gate (C4) about one customer; changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.crm import Purpose, Topic
from contracts.values import Channel

from crm.domain.complaint import OPEN_STATES, ComplaintState
from crm.domain.contact_policy import Answer, Question, decide
from crm.domain.customer import Customer
from crm.domain.errors import CustomerUnknown
from crm.storage.complaints import COMPLAINTS
from crm.storage.contacts import CONTACTS
from crm.storage.customers import speaking_customer
from crm.storage.dealers import known_dealer
from crm.storage.visits import VISITS

MANY = 200
"""Complaints looked at for one person: more than anybody ever had, and still a bound."""


@dataclass(frozen=True, slots=True)
class AskGate:
    dealer_id: str
    person_id: str
    purpose: Purpose
    channel: Channel | None = None
    visit_id: str | None = None
    from_hour: int | None = None
    useful_until: datetime | None = None


async def ask_gate(unit: Unit, command: AskGate) -> Answer:
    """May this person be contacted now, how, about what? Raises ``DealerUnknown``, ``CustomerUnknown``."""
    dealer = await known_dealer(unit, command.dealer_id)
    customer = await speaking_customer(unit, command.person_id)
    if customer is None:
        raise CustomerUnknown(command.person_id)
    closed = await _closings(unit, customer)
    visit = await unit.find(VISITS, command.visit_id) if command.visit_id else None
    open_cases = {"person_id": {"$in": customer.ids}, "state": {"$in": list(OPEN_STATES)}}
    return decide(
        Question(
            purpose=command.purpose,
            quiet=dealer.quiet,
            now=unit.now,
            wanted=command.channel,
            preferred=customer.preferred_channel,
            refused=frozenset(customer.refused_channels),
            open_complaints=await unit.count(COMPLAINTS, open_cases),
            closed_complaints=len(closed),
            closed_since_follow_up=await _unasked(unit, customer, closed),
            customer_waits=visit is not None and visit.customer_waits,
            from_hour=command.from_hour,
            useful_until=command.useful_until,
        )
    )


async def _closings(unit: Unit, customer: Customer) -> list[datetime]:
    """When complaints of the person were closed, the latest first."""
    wanted = {"person_id": {"$in": customer.ids}, "state": ComplaintState.CLOSED}
    cases = await unit.query(COMPLAINTS, wanted, sort=[("opened_at", -1)], limit=MANY)
    return sorted((case.closed_at for case in cases if case.closed_at), reverse=True)


async def _unasked(unit: Unit, customer: Customer, closings: list[datetime]) -> int:
    """How many complaints were closed after the last contact that asked about one."""
    if not closings:
        return 0
    wanted = {
        "person_id": {"$in": customer.ids},
        "raise_topics": Topic.COMPLAINT_SATISFACTION,
        "made_at": {"$gte": closings[-1]},
    }
    last = await unit.query(CONTACTS, wanted, sort=[("made_at", -1)], limit=1)
    asked_at = last[0].made_at if last else None
    return sum(1 for closed_at in closings if asked_at is None or closed_at > asked_at)
