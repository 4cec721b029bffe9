"""The customer answers, by his link or through an agent on the phone (V2, V4, V7)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.survey import FollowUpMethod

from survey.domain.errors import AlreadyAnswered
from survey.domain.follow_up import FollowUpPolicy
from survey.domain.invitation import Invitation
from survey.domain.questionnaire import Answers, Questionnaire
from survey.questionnaires import version_of
from survey.storage.invitations import INVITATIONS


@dataclass(frozen=True, slots=True)
class AnswerSurvey:
    visit_id: str
    answers: Answers
    method: FollowUpMethod
    policy: FollowUpPolicy


async def answer_survey(unit: Unit, command: AnswerSurvey) -> Invitation:
    """Takes the answer. The same answer again changes nothing and returns the first result; another one is refused.

    Raises ``AlreadyAnswered``, ``FollowUpExpired``, ``FollowUpWithheld``, ``NotAskedYet``, ``AnswersInvalid``.
    """
    invitation = await unit.get(INVITATIONS, command.visit_id)
    if invitation.given is None:
        invitation.open_to_answers(at=unit.now)
    questionnaire = version_of(invitation.questionnaire, invitation.questionnaire_version)
    if invitation.given is not None:
        if not await _is_the_same(unit, invitation, questionnaire, command.answers):
            raise AlreadyAnswered("this invitation has another answer already, and there is one for each visit")
        return invitation
    questionnaire.check(command.answers)
    text = questionnaire.free_text(command.answers)
    events = invitation.answer(
        questionnaire,
        command.answers,
        comment=await unit.seal(invitation.customer.person_id, text) if text else None,
        method=command.method,
        by=unit.actor,
        at=unit.now,
        policy=command.policy,
    )
    unit.save(INVITATIONS, invitation, events)
    return invitation


async def _is_the_same(unit: Unit, invitation: Invitation, questionnaire: Questionnaire, answers: Answers) -> bool:
    given = invitation.given
    if given is None or given.answers != questionnaire.without_free_text(answers):
        return False
    return (await unit.open(invitation.comment) or "") == questionnaire.free_text(answers)
