"""What is sent to the survey and answered by it."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from contracts.survey import FollowUpMethod
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from survey.domain.invitation import Invitation, State
from survey.domain.questionnaire import Question, Questionnaire
from survey.questionnaires import version_of

Texts = dict[str, str]
"""The same words by language, ``zh`` and ``en``."""

GOOD: dict[str, Any] = {"overall": 9, "advisor": 10, "quality": 9, "on_time": "yes", "problem": "no"}
POOR: dict[str, Any] = {
    "overall": 3,
    "advisor": 5,
    "quality": 2,
    "on_time": "late",
    "why": "work",
    "problem": "yes",
    "comment": "The noise is still there.",
}

QuestionId = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Answer = StrictInt | Annotated[str, StringConstraints(max_length=4000)]


class AnswersBody(BaseModel):
    """One answer for each question that is asked; leave out those that branching skips."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"answers": GOOD}, {"answers": POOR}]})

    answers: dict[QuestionId, Answer] = Field(max_length=60)


class Receipt(BaseModel):
    """The one answer as it was taken; the customer's own words are not repeated."""

    visit_id: str
    state: State
    answered_at: datetime
    score: float = Field(description="0 to 100")
    satisfied: bool
    very_satisfied: bool
    questionnaire: str
    questionnaire_version: int
    thanks: Texts

    @classmethod
    def of(cls, invitation: Invitation) -> Self:
        if invitation.given is None:
            raise LookupError(f"{invitation.visit_id} has no answer to confirm")
        return cls(
            visit_id=invitation.visit_id,
            state=invitation.state,
            answered_at=invitation.given.at,
            score=invitation.given.score,
            satisfied=invitation.given.satisfied,
            very_satisfied=invitation.given.very_satisfied,
            questionnaire=invitation.questionnaire,
            questionnaire_version=invitation.questionnaire_version,
            thanks=dict(version_of(invitation.questionnaire, invitation.questionnaire_version).thanks),
        )


class ChoiceOut(BaseModel):
    value: str
    text: Texts


class ConditionOut(BaseModel):
    question: str
    below: int


class QuestionOut(BaseModel):
    """A question and the shape of its answer: a whole number of the scale, a choice's value, or a text."""

    id: str
    kind: Literal["SCALE", "CHOICE", "TEXT"]
    text: Texts
    required: bool
    lowest: int | None = None
    highest: int | None = None
    choices: list[ChoiceOut] = []
    longest: int | None = Field(None, description="Characters of a text")
    only_if: ConditionOut | None = Field(None, description="Asked only if that answer is below this number")

    @classmethod
    def of(cls, question: Question) -> Self:
        return cls(
            id=question.id,
            kind=question.kind.value,
            text=dict(question.text),
            required=question.required,
            lowest=question.lowest if question.kind == "SCALE" else None,
            highest=question.highest if question.kind == "SCALE" else None,
            choices=[ChoiceOut(value=choice.value, text=dict(choice.text)) for choice in question.choices],
            longest=question.longest if question.kind == "TEXT" else None,
            only_if=ConditionOut.model_validate(question.only_if, from_attributes=True) if question.only_if else None,
        )


class QuestionnaireOut(BaseModel):
    name: str
    version: int
    title: Texts
    questions: list[QuestionOut]

    @classmethod
    def of(cls, questionnaire: Questionnaire) -> Self:
        return cls(
            name=questionnaire.name,
            version=questionnaire.version,
            title=dict(questionnaire.title),
            questions=[QuestionOut.of(question) for question in questionnaire.questions],
        )


class LinkOut(BaseModel):
    """What the page behind a personal link needs. POST the answers to the same address."""

    dealer: Texts
    language: str = Field(description="The language to show first")
    model: str
    plate: str
    delivered_at: datetime
    expires_at: datetime | None
    questionnaire: QuestionnaireOut


class InvitationOut(BaseModel):
    """A follow-up as the list shows it."""

    visit_id: str
    state: State
    method: FollowUpMethod | None = Field(description="Null until it is due")
    model: str
    plate: str
    advisor: str
    delivered_at: datetime
    due_at: datetime
    asked_at: datetime | None
    invited_at: datetime | None
    postponed_until: datetime | None
    expires_at: datetime | None
    ended_because: str
    score: float | None

    @classmethod
    def fields_of(cls, invitation: Invitation) -> dict[str, Any]:
        own = {name: getattr(invitation, name) for name in InvitationOut.model_fields if name != "score"}
        return {**own, "score": invitation.given.score if invitation.given else None}

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationOut":
        return InvitationOut.model_validate(cls.fields_of(invitation))


class InvitationDetails(InvitationOut):
    """A follow-up as the agent on the phone needs it. Name, phone and comment are null once a person was erased."""

    name: str | None
    phone: str | None
    script: Texts | None
    questionnaire: QuestionnaireOut | None
    answers: dict[str, int | str]
    comment: str | None
