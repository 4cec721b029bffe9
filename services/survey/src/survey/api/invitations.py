"""/dealers/{dealer_id}/invitations: the follow-ups of a dealer, and the agent's screen (V1, V2)."""

from typing import Annotated

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.paging import Listing, Page, paging
from contracts.survey import FollowUpMethod
from contracts.values import DealerId, VisitId
from fastapi import APIRouter, Depends
from starlette.responses import Response

from survey.api.bodies import AnswersBody, InvitationDetails, InvitationOut, QuestionnaireOut, Receipt
from survey.domain.dealer import Dealer
from survey.domain.follow_up import FollowUpPolicy
from survey.domain.invitation import State
from survey.domain.questionnaire import Questionnaire
from survey.questionnaires import version_of
from survey.storage.dealers import known_dealer
from survey.storage.invitations import INVITATIONS, invitations_by_due_time
from survey.usecases.answer_survey import AnswerSurvey
from survey.usecases.answer_survey import answer_survey as answer

WHO_ASKS = ("agent", "manager", "app")
"""Customer care: they see whom to call."""


def router(policy: FollowUpPolicy) -> APIRouter:
    """The routes, with the network's way of asking."""
    routes = APIRouter(prefix="/dealers/{dealer_id}/invitations", tags=["invitations"])

    @routes.get("", response_model=Listing[InvitationOut], summary="Follow-ups, those due first in front (V1)")
    async def list_invitations(
        dealer_id: DealerId,
        look: Annotated[Look, Depends(reader(*WHO_ASKS))],
        page: Annotated[Page, Depends(paging)],
        state: State | None = None,
        method: FollowUpMethod | None = None,
    ) -> Listing[InvitationOut]:
        """An agent's call list is `state=INVITED&method=CALL`: the contact gate has allowed these calls (C4)."""
        found = await invitations_by_due_time(
            look.unit, dealer_id, state, method, limit=page.limit + 1, after=page.after
        )
        return page.listing(found, InvitationOut.of, key=lambda invitation: invitation.order)

    @routes.get("/{visit_id}", response_model=InvitationDetails, summary="One follow-up, with script and questions")
    async def read_invitation(
        dealer_id: DealerId, visit_id: VisitId, look: Annotated[Look, Depends(reader(*WHO_ASKS))]
    ) -> InvitationDetails:
        """Whom to call, what to say, what to ask; once answered, the answers."""
        invitation = await look.unit.get(INVITATIONS, visit_id)
        dealer = await known_dealer(look.unit, dealer_id)
        asked = (
            version_of(invitation.questionnaire, invitation.questionnaire_version) if invitation.questionnaire else None
        )
        look.etag(INVITATIONS, visit_id)
        return InvitationDetails(
            **InvitationOut.fields_of(invitation),
            name=await look.unit.open(invitation.customer.name),
            phone=await look.unit.open(invitation.customer.phone),
            script=_script(asked, dealer) if asked else None,
            questionnaire=QuestionnaireOut.of(asked) if asked else None,
            answers=dict(invitation.given.answers) if invitation.given else {},
            comment=await look.unit.open(invitation.comment),
        )

    @routes.post(
        "/{visit_id}/answer", status_code=201, response_model=Receipt, summary="Answers taken on the phone (V2)"
    )
    async def answer_survey(
        dealer_id: DealerId,
        visit_id: VisitId,
        body: AnswersBody,
        call: Annotated[Call, Depends(command("agent", "app"))],
    ) -> Response:
        """One answer for each visit (V7): the same again returns the first result, another is 409 `already-answered`.
        422 `answers-invalid` says in `details` which answers do not fit."""
        taken = AnswerSurvey(visit_id, body.answers, FollowUpMethod.CALL, policy)
        return await call.perform(INVITATIONS, visit_id, lambda unit: answer(unit, taken), Receipt.of)

    return routes


def _script(asked: Questionnaire, dealer: Dealer) -> dict[str, str]:
    return {language: text.replace("{dealer}", dealer.name_in(language)) for language, text in asked.script.items()}
