"""/dealers/{dealer}/roster: technicians, bays and the workshop's figures (W1)."""

from typing import Annotated, Any

from chassis.access import Look, command, reader
from chassis.commands import Call
from contracts.values import Day, DealerId, TechnicianHours
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from workshop.api.words import EVERYBODY, FOREMEN, Body, Code, Hours, KnownClass, example, shown
from workshop.domain.roster import Bay, Roster, Technician, WorkshopRules
from workshop.storage.dispatch import ROSTERS
from workshop.usecases.set_roster import set_roster as set_it

router = APIRouter(tags=["roster"])

ROSTER: dict[str, Any] = {
    "technicians": [
        {"code": "sean", "skills": ["PM", "QUICK_SERVICE"], "hours": 8, "absences": []},
        {"code": "tim", "skills": ["PM", "GR"], "hours": 8, "absences": ["2025-06-24"]},
    ],
    "bays": [{"code": "bay-1", "classes": ["PM", "GR"]}, {"code": "express", "classes": ["QUICK_SERVICE"]}],
    "rework_days": 30,
    "finishing_minutes": 30,
}


class TechnicianBody(Body):
    """`skills`: the classes of work he may do. `absences`: days without hours."""

    code: Code
    skills: Annotated[list[KnownClass], Field(min_length=1, max_length=3)]
    hours: Hours = 8
    absences: Annotated[tuple[Day, ...], Field(max_length=366)] = ()

    def technician(self) -> Technician:
        return Technician(self.code, tuple(self.skills), TechnicianHours.of(self.hours), self.absences)


class BayBody(Body):
    """`classes`: what the bay is equipped for."""

    code: Code
    classes: Annotated[list[KnownClass], Field(min_length=1, max_length=3)]


class RosterBody(Body):
    """The whole roster; it replaces the present one."""

    model_config = example(ROSTER)

    technicians: Annotated[list[TechnicianBody], Field(max_length=200)]
    bays: Annotated[list[BayBody], Field(max_length=200)]
    rework_days: int = Field(30, ge=0, le=365, description="A return within so many days is a rework (W9)")
    finishing_minutes: int = Field(30, ge=0, le=600, description="Quality control and wash after the work (R11)")

    def roster(self, dealer_id: str) -> Roster:
        return Roster(
            dealer_id,
            [each.technician() for each in self.technicians],
            [Bay(bay.code, tuple(bay.classes)) for bay in self.bays],
            WorkshopRules(self.rework_days, self.finishing_minutes),
        )


class RosterAnswer(BaseModel):
    """The roster as it stands."""

    model_config = shown({"dealer_id": "SH001", **ROSTER})

    dealer_id: str
    technicians: list[TechnicianBody]
    bays: list[BayBody]
    rework_days: int
    finishing_minutes: int

    @classmethod
    def of(cls, roster: Roster) -> "RosterAnswer":
        return cls.model_validate(
            {
                "dealer_id": roster.dealer_id,
                "technicians": [{**vars(t), "hours": t.hours.hours} for t in roster.technicians],
                "bays": [vars(bay) for bay in roster.bays],
                **vars(roster.rules),
            }
        )


@router.put("/dealers/{dealer_id}/roster", response_model=RosterAnswer, summary="Set technicians and bays (W1)")
async def set_roster(
    dealer_id: DealerId, body: RosterBody, call: Annotated[Call, Depends(command(*FOREMEN))]
) -> Response:
    """Send the whole roster: the first time with `If-None-Match: *`, later with `If-Match` of the version you read.
    What is dispatched already stays dispatched."""
    return await call.perform(ROSTERS, dealer_id, lambda unit: set_it(unit, body.roster(dealer_id)), RosterAnswer.of)


@router.get("/dealers/{dealer_id}/roster", response_model=RosterAnswer, summary="Technicians and bays (W1)")
async def read_roster(dealer_id: DealerId, look: Annotated[Look, Depends(reader(*EVERYBODY))]) -> RosterAnswer:
    """`ETag` is the version to send as `If-Match` with a change."""
    roster = await look.unit.get(ROSTERS, dealer_id)
    look.etag(ROSTERS, dealer_id)
    return RosterAnswer.of(roster)
