"""/dealers/{dealer}/call-tasks: contacts that an agent makes by phone (B10, C3, V1)."""

from typing import Annotated, Literal

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.paging import Listing, Page, paging
from contracts.values import DealerId, VisitId
from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from crm.api.contact_bodies import CallResult, ContactAnswer, ShownMessage
from crm.api.newest import listing, seen
from crm.api.roles import COUNTER
from crm.api.words import KnownPurpose
from crm.domain.contact import ContactState
from crm.projections.contact_lists import ContactFilter, contacts_found
from crm.projections.messages import message_of
from crm.storage.contacts import CONTACTS
from crm.storage.newest_first import Seen
from crm.usecases.record_call_result import RecordCallResult
from crm.usecases.record_call_result import record_call_result as record

router = APIRouter(prefix="/dealers/{dealer_id}/call-tasks", tags=["contacts"])

STATES = {"OPEN": ContactState.TASK, "DONE": ContactState.DONE}


@router.get("", response_model=Listing[ShownMessage], summary="Calls to be made (C3)")
async def list_call_tasks(
    dealer_id: DealerId,
    look: Annotated[Look, Depends(reader(*COUNTER))],
    page: Annotated[Page, Depends(paging)],
    state: Annotated[Literal["OPEN", "DONE"], Query()] = "OPEN",
    visit: Annotated[VisitId | None, Query()] = None,
    purpose: Annotated[KnownPurpose | None, Query()] = None,
) -> Listing[ShownMessage]:
    """Newest first, with name, number, what to say, and which topics to raise or to avoid (C4)."""
    wanted = ContactFilter(visit, purpose, (STATES[state],))
    found = await contacts_found(look.unit, wanted, limit=page.limit + 1, after=seen(page))
    shown = [ShownMessage.shown(one, await message_of(look.unit, one)) for one in found]
    return listing(page, [(Seen(one.requested_at, one.contact_id), one) for one in shown])


@router.post("/{contact_id}/result", response_model=ContactAnswer, summary="The call was made (C3)")
async def record_call_result(
    dealer_id: DealerId,
    contact_id: Annotated[str, Path(min_length=1, max_length=64)],
    body: CallResult,
    call: Annotated[Call, Depends(command(*COUNTER))],
) -> Response:
    """409 `no-open-call-task`: done already, or withheld meanwhile because a complaint was opened."""
    wanted = RecordCallResult(contact_id, body.outcome, body.note)
    return await call.perform(CONTACTS, contact_id, lambda unit: record(unit, wanted), ContactAnswer.of)
