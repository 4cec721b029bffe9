"""/dealers/{dealer_id}/check-lists: questions, stations and final checks as data, for screens (R3, R5, R16)."""

from fastapi import APIRouter
from pydantic import BaseModel

from reception.api.door import Dealer, Reader
from reception.domain.delivery import DELIVERY_CHECKS
from reception.domain.questionnaire import CURRENT_VERSION, QUESTIONNAIRES, Question
from reception.domain.walk_around import ORDER, POINTS

router = APIRouter(tags=["check lists"])


class StationOut(BaseModel):
    """A station of the walk-around and what is looked at there."""

    station: str
    points: list[str]


class DeliveryCheckOut(BaseModel):
    """One item of the final check list."""

    code: str
    en: str
    zh: str


class CheckListsOut(BaseModel):
    """What a screen of the counter needs."""

    questionnaire_version: int
    questions: list[Question]
    stations: list[StationOut]
    delivery_checks: list[DeliveryCheckOut]


@router.get("/dealers/{dealer_id}/check-lists", response_model=CheckListsOut, summary="Check lists as data")
async def read_check_lists(dealer_id: Dealer, look: Reader) -> CheckListsOut:
    """The current questionnaire, the stations in their order, the final check list."""
    return CheckListsOut(
        questionnaire_version=CURRENT_VERSION,
        questions=list(QUESTIONNAIRES[CURRENT_VERSION]),
        stations=[StationOut(station=station, points=list(POINTS[station])) for station in ORDER],
        delivery_checks=[DeliveryCheckOut(code=code, en=en, zh=zh) for code, (en, zh) in DELIVERY_CHECKS.items()],
    )
