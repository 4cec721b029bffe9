"""/dealers/{dealer}/complaints: cases from the intake to the agreed solution (C5)."""

from typing import Annotated, Any

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.paging import Listing, Page, paging
from contracts.crm import ComplaintOrigin
from contracts.values import DealerId, PersonId
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from crm.api.complaint_bodies import Closing, ComplaintAnswer, ComplaintCard, Escalation, NewComplaint, Words
from crm.api.newest import listing, seen
from crm.api.roles import CARE, COUNTER
from crm.domain.complaint import ComplaintState, Intake
from crm.storage.complaints import COMPLAINTS
from crm.storage.newest_first import Seen, newest_first
from crm.usecases import handle_complaint as handling
from crm.usecases.open_complaint import OpenComplaint
from crm.usecases.open_complaint import open_complaint as open_case

router = APIRouter(prefix="/dealers/{dealer_id}/complaints", tags=["complaints"])


async def intake(request: Request) -> Intake:
    """How this process takes complaints in (settings)."""
    return request.app.state.intake


CaseId = Annotated[str, Path(min_length=1, max_length=80)]
Intaking = Annotated[Intake, Depends(intake)]
Handling = Annotated[Call, Depends(command(*CARE))]


@router.post("", status_code=201, response_model=ComplaintAnswer, summary="Take in a complaint (C5)")
async def open_complaint(
    dealer_id: DealerId, body: NewComplaint, call: Annotated[Call, Depends(command(*COUNTER))], settings: Intaking
) -> Response:
    """From now on only the handler contacts the customer. Triggers, or words that name a lawyer, the media, the police
    …, make it important: it escalates at once and is due sooner."""
    case_id = call.derived_id()
    wanted = OpenComplaint(
        dealer_id=dealer_id,
        case_id=case_id,
        person_id=body.person_id,
        complaint_class=body.complaint_class,
        origin=ComplaintOrigin.BY_HAND,
        handler=body.handler or settings.handler,
        deadlines=settings.deadlines,
        about_visit=body.about_visit,
        triggers=body.triggers,
        words=body.description,
    )
    return await call.perform(COMPLAINTS, case_id, lambda unit: open_case(unit, wanted), ComplaintAnswer.of)


@router.get("", response_model=Listing[ComplaintCard], summary="Complaints (C5)")
async def list_complaints(
    dealer_id: DealerId,
    look: Annotated[Look, Depends(reader(*COUNTER))],
    page: Annotated[Page, Depends(paging)],
    state: Annotated[ComplaintState | None, Query()] = None,
    person: Annotated[PersonId | None, Query()] = None,
) -> Listing[ComplaintCard]:
    """Newest first."""
    wanted: dict[str, Any] = {**({"state": state} if state else {}), **({"person_id": person} if person else {})}
    by = ("opened_at", "case_id")
    found = await newest_first(look.unit, COMPLAINTS, wanted, by=by, limit=page.limit + 1, after=seen(page))
    cards = [await ComplaintCard.opened(look.unit, one) for one in found]
    return listing(page, [(Seen(card.opened_at, card.case_id), card) for card in cards])


@router.get("/{case_id}", response_model=ComplaintCard, summary="One complaint (C5)")
async def read_complaint(
    dealer_id: DealerId, case_id: CaseId, look: Annotated[Look, Depends(reader(*COUNTER))]
) -> ComplaintCard:
    """With what the customer said and what was offered."""
    complaint = await look.unit.get(COMPLAINTS, case_id)
    look.etag(COMPLAINTS, case_id)
    return await ComplaintCard.opened(look.unit, complaint)


@router.post("/{case_id}/interim-solution", response_model=ComplaintAnswer, summary="Help until it is solved (C5)")
async def record_interim_solution(dealer_id: DealerId, case_id: CaseId, body: Words, call: Handling) -> Response:
    """For example a loaner car."""
    return await call.perform(
        COMPLAINTS, case_id, lambda unit: handling.ease_complaint(unit, case_id, body.text), ComplaintAnswer.of
    )


@router.post("/{case_id}/escalation", response_model=ComplaintAnswer, summary="It turned out important (C5)")
async def escalate_complaint(
    dealer_id: DealerId, case_id: CaseId, body: Escalation, call: Handling, settings: Intaking
) -> Response:
    """Dealer management and headquarters are told of the new reasons; the deadline may come nearer."""
    return await call.perform(
        COMPLAINTS,
        case_id,
        lambda unit: handling.escalate_complaint(unit, case_id, body.triggers, settings.deadlines),
        ComplaintAnswer.of,
    )


@router.post("/{case_id}/solution", response_model=ComplaintAnswer, summary="Offer a solution (C5)")
async def offer_solution(dealer_id: DealerId, case_id: CaseId, body: Words, call: Handling) -> Response:
    """A later offer replaces the earlier one."""
    return await call.perform(
        COMPLAINTS, case_id, lambda unit: handling.offer_solution(unit, case_id, body.text), ComplaintAnswer.of
    )


@router.post("/{case_id}/closing", response_model=ComplaintAnswer, summary="Close the case (C5)")
async def close_complaint(dealer_id: DealerId, case_id: CaseId, body: Closing, call: Handling) -> Response:
    """409 `solution-missing` or `agreement-missing` as long as the customer has not agreed to a solution."""
    return await call.perform(
        COMPLAINTS,
        case_id,
        lambda unit: handling.close_complaint(unit, case_id, agreed=body.agreed, satisfied=body.satisfied),
        ComplaintAnswer.of,
    )
