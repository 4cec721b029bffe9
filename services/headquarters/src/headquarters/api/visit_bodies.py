"""Visits and their stories as they are answered."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel

from headquarters.domain.visit_record import STEPS, VisitRecord
from headquarters.projections.visit_facts import VisitFact


class VisitAnswer(BaseModel):
    """A visit with the times of the seven steps; a step not reached is null."""

    visit_id: str
    dealer_id: str
    day: date | None
    planned_arrival: datetime | None
    booked: bool | None
    rework_of: str | None
    outcome: str
    steps: dict[str, datetime | None]

    @classmethod
    def of(cls, visit: VisitRecord) -> Self:
        return cls(
            visit_id=visit.visit_id,
            dealer_id=visit.dealer_id,
            day=visit.day,
            planned_arrival=visit.plan.arrival if visit.plan else None,
            booked=visit.booked,
            rework_of=visit.rework_of,
            outcome=visit.outcome,
            steps={step.value: visit.at(step) for step in STEPS},
        )


class StoryLine(BaseModel):
    """One fact of the story: who did what when, and in which trace."""

    at: datetime
    recorded_at: datetime
    service: str
    type: str
    actor: str
    aggregate: str
    sequence: int
    event_id: str
    trace_id: str

    @classmethod
    def of(cls, told: VisitFact) -> Self:
        return cls.model_validate(told, from_attributes=True)
