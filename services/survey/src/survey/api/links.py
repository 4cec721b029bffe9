"""/links/{token}: the customer's own page, without any other proof than his personal link (V2, V7)."""

from typing import Annotated

from chassis.links_door import LinkCall, link_call
from contracts.survey import FollowUpMethod
from fastapi import APIRouter, Depends
from starlette.responses import Response

from survey.api.bodies import AnswersBody, LinkOut, QuestionnaireOut, Receipt
from survey.domain.follow_up import FollowUpPolicy
from survey.questionnaires import version_of
from survey.storage.dealers import known_dealer
from survey.storage.invitations import INVITATIONS
from survey.usecases.answer_survey import AnswerSurvey
from survey.usecases.answer_survey import answer_survey as answer
from survey.usecases.ask_customer import LINK_PURPOSE


def router(policy: FollowUpPolicy) -> APIRouter:
    """The routes, with the network's way of asking."""
    routes = APIRouter(prefix="/links/{token}", tags=["personal links"])

    @routes.get("", response_model=LinkOut, summary="The questions behind a personal link (V2)")
    async def read_link(token: str, link: Annotated[LinkCall, Depends(link_call(LINK_PURPOSE))]) -> LinkOut:
        """404 `link-invalid`: changed on its way. 410 `link-expired`: too late. 409 `already-answered`: thank you."""
        invitation = await link.unit.get(INVITATIONS, link.claims.subject)
        invitation.open_to_answers(at=link.unit.now)
        dealer = await known_dealer(link.unit, link.dealer_id)
        asked = version_of(invitation.questionnaire, invitation.questionnaire_version)
        return LinkOut(
            dealer={language: dealer.name_in(language) for language in ("zh", "en")},
            language=dealer.language,
            model=invitation.model,
            plate=invitation.plate,
            delivered_at=invitation.delivered_at,
            expires_at=invitation.expires_at,
            questionnaire=QuestionnaireOut.of(asked),
        )

    @routes.post("", status_code=201, response_model=Receipt, summary="Answer by personal link (V7)")
    async def answer_by_link(
        token: str, body: AnswersBody, link: Annotated[LinkCall, Depends(link_call(LINK_PURPOSE))]
    ) -> Response:
        """Sent twice, it is taken once and confirmed twice. Another answer is 409 `already-answered`."""
        taken = AnswerSurvey(link.claims.subject, body.answers, FollowUpMethod.MESSAGE, policy)
        return await link.perform(INVITATIONS, link.claims.subject, lambda unit: answer(unit, taken), Receipt.of)

    return routes
