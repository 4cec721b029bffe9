"""Complaints as they are sent and answered. Answers to commands hold no free text; readings show it opened."""

from datetime import datetime
from typing import Annotated, Any, Self

from chassis.unit import Unit
from contracts.crm import ComplaintClass, ComplaintOrigin
from contracts.values import PersonId, StaffId, VisitId
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from crm.api.words import KnownComplaintClass
from crm.domain.complaint import Complaint, ComplaintState, Trigger

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]

COMPLAINT: dict[str, Any] = {
    "person_id": "9f2c…",
    "complaint_class": "SERVICE",
    "description": "The car was returned an hour late and nobody called.",
    "about_visit": "0197…",
    "triggers": [],
    "handler": "carla",
}


class NewComplaint(BaseModel):
    """A complaint as the customer makes it; whoever hears it first takes it in."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [COMPLAINT]})

    person_id: PersonId
    complaint_class: KnownComplaintClass
    description: Text
    about_visit: VisitId | None = None
    triggers: list[Trigger] = Field([], max_length=10, description="What makes it important; it escalates at once")
    handler: StaffId | None = Field(None, description="Who owns the case; left out: the dealer's usual handler")


class Words(BaseModel):
    """An interim or a final solution."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "a loaner car until Friday"}]})

    text: Text


class Escalation(BaseModel):
    """Why the case is important after all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"triggers": ["MEDIA"]}]})

    triggers: list[Trigger] = Field(min_length=1, max_length=10)


class Closing(BaseModel):
    """The customer's word on the solution. ``satisfied``: null when not asked yet."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"agreed": True, "satisfied": True}]})

    agreed: bool
    satisfied: bool | None = None


class ComplaintAnswer(BaseModel):
    """A case without its free texts."""

    case_id: str
    person_id: str
    about_visit: str | None
    complaint_class: ComplaintClass
    origin: ComplaintOrigin
    state: ComplaintState
    important: bool
    triggers: list[Trigger]
    handler: str
    opened_at: datetime
    due_at: datetime = Field(description="A solution is due by then")
    overdue: bool
    repeats: list[str] = Field(description="Earlier cases of the same customer and class")
    satisfied: bool | None
    closed_at: datetime | None

    @classmethod
    def of(cls, complaint: Complaint) -> Self:
        return cls.model_validate(complaint, from_attributes=True)


class ComplaintCard(ComplaintAnswer):
    """A case with what was said."""

    description: str | None
    interim_solution: str | None
    solution: str | None

    @classmethod
    async def opened(cls, unit: Unit, complaint: Complaint) -> Self:
        return cls(
            **ComplaintAnswer.of(complaint).model_dump(),
            description=await unit.open(complaint.description),
            interim_solution=await unit.open(complaint.interim_solution),
            solution=await unit.open(complaint.solution),
        )
