"""The contact gate and what went through it: contacts, and the outbox of messages (C4)."""

from typing import Annotated

from chassis.access import Look, reader
from chassis.paging import Listing, Page, paging
from contracts.values import DealerId, PersonId, VisitId
from fastapi import APIRouter, Depends, Query

from crm.api.contact_bodies import ContactAnswer, GateAnswer, ShownMessage
from crm.api.newest import listing, seen
from crm.api.roles import COUNTER
from crm.api.words import KnownChannel, KnownPurpose
from crm.domain.contact import ContactState
from crm.projections.contact_lists import ContactFilter, contacts_found
from crm.projections.messages import message_of
from crm.storage.newest_first import Seen
from crm.usecases.ask_gate import AskGate
from crm.usecases.ask_gate import ask_gate as ask

router = APIRouter(prefix="/dealers/{dealer_id}", tags=["contacts"])

IN_THE_OUTBOX = (ContactState.SENDING, ContactState.SENT, ContactState.UNKNOWN)


@router.get("/contact-gate", response_model=GateAnswer, summary="Ask the gate, without any effect (C4)")
async def ask_contact_gate(
    dealer_id: DealerId,
    person: Annotated[PersonId, Query(description="The customer")],
    purpose: Annotated[KnownPurpose, Query(examples=["CARE"])],
    look: Annotated[Look, Depends(reader(*COUNTER))],
    channel: Annotated[KnownChannel | None, Query(description="The channel you would like to use")] = None,
    visit: Annotated[VisitId | None, Query(description="The running visit, if the contact is about one")] = None,
) -> GateAnswer:
    """May this customer be contacted for this purpose now, how, about what; and which rule says so."""
    return GateAnswer.of(await ask(look.unit, AskGate(dealer_id, person, purpose, channel, visit)))


@router.get("/contacts", response_model=Listing[ContactAnswer], summary="Requested contacts and their fate (C4)")
async def list_contacts(
    dealer_id: DealerId,
    look: Annotated[Look, Depends(reader(*COUNTER))],
    page: Annotated[Page, Depends(paging)],
    visit: Annotated[VisitId | None, Query()] = None,
    purpose: Annotated[KnownPurpose | None, Query()] = None,
    state: Annotated[ContactState | None, Query()] = None,
) -> Listing[ContactAnswer]:
    """Newest first: sent, open as call tasks, put off until a time, or withheld with the reason."""
    wanted = ContactFilter(visit, purpose, (state,) if state else ())
    found = await contacts_found(look.unit, wanted, limit=page.limit + 1, after=seen(page))
    return listing(page, [(Seen(one.requested_at, one.contact_id), ContactAnswer.of(one)) for one in found])


@router.get("/outbox", response_model=Listing[ShownMessage], summary="Messages to customers (C4)")
async def list_outbox(
    dealer_id: DealerId,
    look: Annotated[Look, Depends(reader(*COUNTER))],
    page: Annotated[Page, Depends(paging)],
    visit: Annotated[VisitId | None, Query()] = None,
    purpose: Annotated[KnownPurpose | None, Query()] = None,
) -> Listing[ShownMessage]:
    """Newest first, with text and personal link as the customer reads them. `SENDING` becomes `SENT` in a moment."""
    wanted = ContactFilter(visit, purpose, IN_THE_OUTBOX)
    found = await contacts_found(look.unit, wanted, limit=page.limit + 1, after=seen(page))
    shown = [ShownMessage.shown(one, await message_of(look.unit, one)) for one in found]
    return listing(page, [(Seen(one.requested_at, one.contact_id), one) for one in shown])
