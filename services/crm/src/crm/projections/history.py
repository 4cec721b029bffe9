"""The contact history (C3): one row for every fact that touched the customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.documents import Documents
from chassis.unit import Unit
from contracts.crm import ContactMade, Purpose
from contracts.event import Event
from contracts.values import Channel

from crm.domain.complaint import Complaint
from crm.domain.contact import Contact
from crm.domain.customer import Customer
from crm.storage.newest_first import Seen, newest_first


class Kind(StrEnum):
    BOOKING = "BOOKING"
    VISIT = "VISIT"
    MESSAGE = "MESSAGE"
    CALL = "CALL"
    HELD_BACK = "HELD_BACK"
    """The gate said not now or never."""
    ANSWER = "ANSWER"
    COMPLAINT = "COMPLAINT"


@dataclass
class HistoryRow:
    """``what`` is the fact's wire type without version; ``reason`` says why, where the fact does."""

    dealer_id: str
    row_id: str
    person_id: str
    at: datetime
    kind: Kind
    what: str
    visit_id: str | None = None
    contact_id: str | None = None
    case_id: str | None = None
    purpose: Purpose | None = None
    channel: Channel | None = None
    reason: str = ""


HISTORY = Documents(
    "history",
    "history-row",
    HistoryRow,
    id_of=lambda row: row.row_id,
    indexes=[("person_id", "at", "row_id")],
    announces=False,
)


def remember(unit: Unit, row: HistoryRow) -> None:
    """Adds a row together with what it tells of."""
    unit.add(HISTORY, row)


def remember_contact(unit: Unit, contact: Contact, events: Sequence[Event]) -> None:
    """One row for each thing that happened to a contact."""
    for event in events:
        made = isinstance(event, ContactMade)
        kind = (Kind.CALL if contact.channel is Channel.PHONE else Kind.MESSAGE) if made else Kind.HELD_BACK
        remember(unit, _of_contact(unit, contact, kind, what_of(event)))


def remember_call(unit: Unit, contact: Contact) -> None:
    """The row of a call that was made."""
    row = _of_contact(unit, contact, Kind.CALL, "crm.call-result")
    row.reason = contact.outcome or ""
    remember(unit, row)


def remember_complaint(unit: Unit, complaint: Complaint, events: Sequence[Event]) -> None:
    """One row for each thing that happened to a complaint."""
    for event in events:
        remember(
            unit,
            HistoryRow(
                dealer_id=complaint.dealer_id,
                row_id=unit.new_id(),
                person_id=complaint.person_id,
                at=unit.now,
                kind=Kind.COMPLAINT,
                what=what_of(event),
                visit_id=complaint.about_visit,
                case_id=complaint.case_id,
                reason=complaint.complaint_class,
            ),
        )


async def history_of(unit: Unit, customer: Customer, *, limit: int, after: Seen | None = None) -> list[HistoryRow]:
    """Newest first, under all pseudonyms of the person. ``after``: the last row of the page before."""
    wanted = {"person_id": {"$in": customer.ids}}
    return await newest_first(unit, HISTORY, wanted, by=("at", "row_id"), limit=limit, after=after)


def what_of(event: Event) -> str:
    """The wire type without its version."""
    return event.wire_type.rpartition(".v")[0]


def _of_contact(unit: Unit, contact: Contact, kind: Kind, what: str) -> HistoryRow:
    return HistoryRow(
        dealer_id=contact.dealer_id,
        row_id=unit.new_id(),
        person_id=contact.person_id,
        at=unit.now,
        kind=kind,
        what=what,
        visit_id=contact.visit_id,
        contact_id=contact.contact_id,
        purpose=contact.purpose,
        channel=contact.channel,
        reason=contact.reason,
    )
