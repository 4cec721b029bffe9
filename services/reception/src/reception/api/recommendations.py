"""/dealers/{dealer_id}/…/recommendations: recommended work and its later life (R13)."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from contracts.values import Day
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from reception.api.bodies import Body, Short
from reception.api.door import Counter, Dealer, Reader, Visit
from reception.domain.recommendation import OPEN, Recommendation, RecommendationState
from reception.storage.collections import RECOMMENDATIONS, VISITS
from reception.usecases.recommend import AnswerRecommendation, Recommend, recommend
from reception.usecases.recommend import answer_recommendation as answer

router = APIRouter(prefix="/dealers/{dealer_id}", tags=["recommendations"])


class RecommendationBody(Body):
    """What is recommended, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "Front brake pads", "reason": "3 mm left, 2 mm is the limit"}]},
    )

    title: Short
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]


class RecommendationOut(BaseModel):
    """`visit_id`: the visit in which it was offered first."""

    recommendation_id: str
    visit_id: str
    title: str
    reason: str
    state: str
    offered_at: datetime
    answered_at: datetime | None
    due_on: date | None
    due_km: int | None

    @classmethod
    def of(cls, offered: Recommendation) -> Self:
        return cls(**{name: getattr(offered, name) for name in cls.model_fields})


@router.post(
    "/visits/{visit_id}/recommendations",
    status_code=201,
    response_model=RecommendationOut,
    summary="Recommend work with its reason (R13)",
)
async def recommend_work(dealer_id: Dealer, visit_id: Visit, body: RecommendationBody, call: Counter) -> Response:
    """Open until the customer accepts or declines it; it comes up again at the vehicle's next visits."""
    wanted = Recommend(visit_id, call.derived_id(), body.title, body.reason)
    return await call.perform(
        RECOMMENDATIONS, wanted.recommendation_id, lambda unit: recommend(unit, wanted), RecommendationOut.of
    )


class AnswerBody(Body):
    """What the customer says. Postponed: until a day, a mileage, or whichever comes first."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"answer": "POSTPONED", "due_on": "2025-12-01", "due_km": 30000}]},
    )

    answer: Literal["ACCEPTED", "POSTPONED", "DECLINED"]
    due_on: Day | None = None
    due_km: int | None = Field(None, ge=0, le=9_999_999)


@router.post(
    "/recommendations/{recommendation_id}/answer",
    response_model=RecommendationOut,
    summary="Accepted, postponed, declined (R13)",
)
async def answer_recommendation(
    dealer_id: Dealer,
    recommendation_id: Annotated[str, Path(max_length=64)],
    body: AnswerBody,
    call: Counter,
) -> Response:
    """Postponed work is announced for the due list (B12). 409 `recommendation-closed` · 422 `postponed-to-never`."""
    wanted = AnswerRecommendation(recommendation_id, RecommendationState(body.answer), body.due_on, body.due_km)
    return await call.perform(
        RECOMMENDATIONS, recommendation_id, lambda unit: answer(unit, wanted), RecommendationOut.of
    )


class RecommendationsOut(BaseModel):
    """Oldest first."""

    items: list[RecommendationOut]


@router.get(
    "/visits/{visit_id}/recommendations", response_model=RecommendationsOut, summary="What is open for this car (R13)"
)
async def read_recommendations(dealer_id: Dealer, visit_id: Visit, look: Reader) -> RecommendationsOut:
    """Offered or postponed in any visit of this VIN at this dealer, and all of this visit."""
    visit = await look.unit.get(VISITS, visit_id)
    of_vin = await look.unit.query(RECOMMENDATIONS, {"vin": visit.vehicle.vin}, sort=[("offered_at", 1)], limit=200)
    shown = [one for one in of_vin if one.state in OPEN or one.visit_id == visit_id]
    return RecommendationsOut(items=[RecommendationOut.of(one) for one in shown])
