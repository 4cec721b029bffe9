"""R13: recommended work and its later life: accepted, postponed to a day or mileage, or declined."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from contracts.event import Event
from contracts.reception import RecommendationAnswered, RecommendationPostponed
from contracts.values import Vehicle

from reception.domain.errors import PostponedToNever, RecommendationClosed
from reception.domain.story import Happened


class RecommendationState(StrEnum):
    """Where it stands; OFFERED and POSTPONED come up again at the next visit of the vehicle."""

    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    POSTPONED = "POSTPONED"
    DECLINED = "DECLINED"


OPEN = (RecommendationState.OFFERED, RecommendationState.POSTPONED)


@dataclass
class Recommendation:
    """Offered with its reason in one visit; answered in that one or a later one of the same vehicle."""

    recommendation_id: str
    dealer_id: str
    visit_id: str
    person_id: str
    vehicle: Vehicle
    vin: str
    title: str
    reason: str
    offered_at: datetime
    state: RecommendationState = RecommendationState.OFFERED
    answered_at: datetime | None = None
    due_on: date | None = None
    due_km: int | None = None
    history: list[Happened] = field(default_factory=list)

    def answer(self, state: RecommendationState, due_on: date | None, due_km: int | None, at: datetime) -> list[Event]:
        """What the customer says. Postponed work names a day or a mileage, or it would be forgotten."""
        if self.state not in OPEN:
            raise RecommendationClosed(self.state)
        if state is RecommendationState.POSTPONED and due_on is None and due_km is None:
            raise PostponedToNever
        was_put_off = self.state is RecommendationState.POSTPONED
        self.state, self.answered_at, self.due_on, self.due_km = state, at, due_on, due_km
        if state is not RecommendationState.POSTPONED:
            return [self._answered()] if was_put_off else []
        return [
            RecommendationPostponed(
                recommendation_id=self.recommendation_id,
                person_id=self.person_id,
                vehicle=self.vehicle,
                title=self.title,
                due_on=due_on,
                due_km=due_km,
            )
        ]

    def _answered(self) -> Event:
        return RecommendationAnswered(
            recommendation_id=self.recommendation_id,
            person_id=self.person_id,
            vehicle=self.vehicle,
            accepted=self.state is RecommendationState.ACCEPTED,
        )
