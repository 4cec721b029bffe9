"""The parts of the planned work, and visits whose parts will not be there in time (B7)."""

from datetime import timedelta
from typing import Annotated

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.live import live
from contracts.values import Day, StaffId, UtcTime, VisitId
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from booking.api.appointment_bodies import AppointmentAnswer
from booking.api.part_bodies import PartBody, PartOut, asked
from booking.api.words import DESK, Body, DealerPath, VisitPath, example
from booking.projections.day_register import late_parts_of
from booking.storage.documents import APPOINTMENTS
from booking.usecases.check_parts import PlanParts
from booking.usecases.check_parts import plan_parts as do_plan

router = APIRouter(tags=["parts"])


class PartsBody(Body):
    """The whole list of what the planned work needs. Empty: nothing is needed any more."""

    model_config = example({"parts": [{"number": "04465-02220", "quantity": 1}, {"number": "90915-YZZD2"}]})

    parts: list[PartBody] = Field(max_length=100)


class LateVisit(BaseModel):
    """A booked visit whose parts will not be there at its arrival. No name, no phone: both are in the appointment."""

    visit_id: VisitId
    arrival: UtcTime
    advisor: StaffId
    plate: str | None
    parts: list[PartOut]


class LateVisitsOut(BaseModel):
    """By arrival: whoever comes first is called first."""

    items: list[LateVisit]


@router.post("/dealers/{dealer_id}/appointments/{visit_id}/parts", response_model=AppointmentAnswer)
async def plan_parts(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: PartsBody,
    call: Call = Depends(command("parts_clerk", "advisor", "agent")),
) -> Response:
    """Name the parts of a confirmed visit's work; the parts service is asked for the whole list at once.

    Its answers stand in the appointment. What will not be there in time is announced to the advisor as soon as it is
    known, and once all is kept the parts department counts as ready.
    """
    order = PlanParts(visit_id, asked(body.parts))
    return await call.perform(APPOINTMENTS, visit_id, lambda unit: do_plan(unit, order), answer=AppointmentAnswer.of)


@router.get("/dealers/{dealer_id}/late-parts", response_model=LateVisitsOut)
@live(APPOINTMENTS)
async def list_late_parts(
    dealer_id: DealerPath,
    day: Annotated[Day, Query(description="The first day, on the dealer's own calendar")],
    days: Annotated[int, Query(ge=1, le=31)] = 14,
    look: Look = Depends(reader(*DESK, "parts_clerk")),
) -> LateVisitsOut:
    """Confirmed visits of the coming days whose parts come too late, or nobody knows when."""
    found = await late_parts_of(look.unit, dealer_id, day, day + timedelta(days=days - 1))
    return LateVisitsOut(
        items=[
            LateVisit(
                visit_id=one.visit_id,
                arrival=one.arrival,
                advisor=one.advisor,
                plate=one.details.vehicle.plate if one.details else None,
                parts=PartOut.all_of(one.parts, one.arrival),
            )
            for one in found
        ]
    )
