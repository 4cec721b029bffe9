"""R13: work is recommended, and the customer answers, now or at a later visit."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit

from reception.domain.recommendation import Recommendation, RecommendationState
from reception.storage.collections import RECOMMENDATIONS, VISITS


@dataclass(frozen=True)
class Recommend:
    """``recommendation_id``: new."""

    visit_id: str
    recommendation_id: str
    title: str
    reason: str


@dataclass(frozen=True)
class AnswerRecommendation:
    """``state``: what the customer says."""

    recommendation_id: str
    state: RecommendationState
    due_on: date | None = None
    due_km: int | None = None


async def recommend(unit: Unit, command: Recommend) -> Recommendation:
    """Offered with its reason."""
    visit = await unit.get(VISITS, command.visit_id)
    offered = Recommendation(
        recommendation_id=command.recommendation_id,
        dealer_id=visit.dealer_id,
        visit_id=visit.visit_id,
        person_id=visit.customer.person_id,
        vehicle=visit.vehicle,
        vin=visit.vehicle.vin,
        title=command.title,
        reason=command.reason,
        offered_at=unit.now,
    )
    unit.add(RECOMMENDATIONS, offered)
    return offered


async def answer_recommendation(unit: Unit, command: AnswerRecommendation) -> Recommendation:
    """Raises ``RecommendationClosed``, ``PostponedToNever``."""
    offered = await unit.get(RECOMMENDATIONS, command.recommendation_id)
    events = offered.answer(command.state, command.due_on, command.due_km, unit.now)
    unit.save(RECOMMENDATIONS, offered, events)
    return offered
