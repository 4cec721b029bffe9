"""/dealers/{dealer_id}/visits/{visit_id}/questionnaire: what was asked and answered, and the questionnaires (R3)."""

from datetime import datetime
from typing import Annotated

from chassis.unit import Unknown
from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from reception.api.door import Dealer, Reader, Visit
from reception.domain.questionnaire import CURRENT_VERSION, QUESTIONNAIRES, Question, answered
from reception.storage.collections import VISITS

router = APIRouter(tags=["check lists"])
Version = Annotated[int, Path(ge=1, le=1000, examples=[2])]


class AnswerOut(BaseModel):
    """One question as it was asked then, and its answer in codes."""

    question: str
    en: str
    zh: str
    answer: list[str]


class QuestioningOut(BaseModel):
    """The customer's answers. `own_words` null: he had none to add, or was erased."""

    version: int
    current_version: int
    answers: list[AnswerOut]
    own_words: str | None
    plan: str
    read_back: bool
    at: datetime


class QuestionnaireOut(BaseModel):
    """One version; it is never changed once somebody has answered it."""

    version: int
    current: bool = Field(description="Whether new visits are asked by it")
    questions: list[Question]


@router.get(
    "/dealers/{dealer_id}/visits/{visit_id}/questionnaire",
    response_model=QuestioningOut,
    summary="What the customer answered (R3)",
)
async def read_questioning(dealer_id: Dealer, visit_id: Visit, look: Reader) -> QuestioningOut:
    """By the version that he was asked with, whichever is the current one now."""
    said = (await look.unit.get(VISITS, visit_id)).questioning
    if said is None:
        raise Unknown(f"visit {visit_id} was not questioned yet: post its answers first")
    rows = [
        AnswerOut(question=question.code, en=question.en, zh=question.zh, answer=list(codes))
        for question, codes in answered(said)
    ]
    return QuestioningOut(
        version=said.version,
        current_version=CURRENT_VERSION,
        answers=rows,
        own_words=await look.unit.open(said.own_words),
        plan=said.plan,
        read_back=said.read_back,
        at=said.at,
    )


@router.get(
    "/dealers/{dealer_id}/questionnaires/{version}",
    response_model=QuestionnaireOut,
    summary="One version of the questionnaire (R3)",
)
async def read_questionnaire(dealer_id: Dealer, version: Version, look: Reader) -> QuestionnaireOut:
    """The current one also stands among the check lists."""
    if version not in QUESTIONNAIRES:
        raise Unknown(f"there is no questionnaire {version}: the newest is {CURRENT_VERSION}")
    return QuestionnaireOut(
        version=version, current=version == CURRENT_VERSION, questions=list(QUESTIONNAIRES[version])
    )
