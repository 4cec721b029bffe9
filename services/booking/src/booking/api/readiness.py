"""Readiness of workshop and parts, the technician a repair is talked over with, and the welcome board (B4, B8)."""

from datetime import date
from typing import Annotated, Literal

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.live import live
from contracts.booking import ReadinessOf
from contracts.values import StaffId, UtcTime
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StringConstraints
from starlette.responses import Response

from booking.api.appointment_bodies import AppointmentAnswer, ConsultationBody
from booking.api.part_bodies import PartOut
from booking.api.words import DESK, FLOOR, Body, DayPath, DealerPath, VisitPath, example
from booking.domain.appointment import State
from booking.domain.details import Readiness
from booking.projections.day_register import visits_of
from booking.storage.documents import APPOINTMENTS
from booking.usecases.acknowledge_readiness import AcknowledgeReadiness
from booking.usecases.acknowledge_readiness import acknowledge_readiness as do_acknowledge
from booking.usecases.consult_diagnostician import consult_diagnostician as do_consult

router = APIRouter(tags=["readiness"])


class ReadinessBody(Body):
    """Workshop: technician and bay are there. Parts: all parts are on the shelf. Not ready: say why."""

    model_config = example({"of": "PARTS", "ready": False, "note": "Filter comes at noon"})

    of: Literal[ReadinessOf.WORKSHOP, ReadinessOf.PARTS]
    ready: bool
    note: Annotated[str, StringConstraints(max_length=200)] = ""


class WordOut(BaseModel):
    """One word on a visit. `ready` null: nobody has said anything yet. `technician`: who was consulted for a repair."""

    of: ReadinessOf
    ready: bool | None
    note: str = ""
    by: str | None = None
    at: UtcTime | None = None
    technician: StaffId | None = None

    @classmethod
    def on(cls, of: ReadinessOf, said: Readiness | None) -> "WordOut":
        return cls(of=of, ready=None) if said is None else cls(of=of, **vars(said))


class ReadinessRow(BaseModel):
    visit_id: str
    arrival: UtcTime
    time: str = Field(examples=["08:15"])
    advisor: StaffId
    ready: bool = Field(description="Workshop and parts both said so, and a repair was talked over")
    words: list[WordOut]
    parts: list[PartOut] = Field(description="What the planned work needs, and where it stands")


class ReadinessOut(BaseModel):
    """Every confirmed visit of the day, by arrival."""

    day: date
    items: list[ReadinessRow]


class WelcomeRow(BaseModel):
    """One line at the entrance: no name, only what the customer knows his car by."""

    time: str = Field(examples=["08:15"])
    plate: str = Field(examples=["沪A12345"])
    advisor: StaffId
    arrived: bool


class WelcomeOut(BaseModel):
    """Who is welcomed today, by arrival."""

    day: date
    items: list[WelcomeRow]


@router.post("/dealers/{dealer_id}/appointments/{visit_id}/readiness", response_model=AppointmentAnswer)
async def acknowledge_readiness(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: ReadinessBody,
    call: Call = Depends(command("dispatcher", "parts_clerk", "advisor", "manager")),
) -> Response:
    """Workshop or parts answer the booking notice. What is open two hours before the arrival alerts the advisor."""
    order = AcknowledgeReadiness(visit_id, body.of, body.ready, body.note)
    return await call.perform(
        APPOINTMENTS, visit_id, lambda unit: do_acknowledge(unit, order), answer=AppointmentAnswer.of
    )


@router.post("/dealers/{dealer_id}/appointments/{visit_id}/consultation", response_model=AppointmentAnswer)
async def consult_diagnostician(
    dealer_id: DealerPath,
    visit_id: VisitPath,
    body: ConsultationBody,
    call: Call = Depends(command(*DESK, "technician")),
) -> Response:
    """A repair was talked over with a diagnostic technician: one qualified for `DIAGNOSIS`, where anybody is.

    A booked repair for which nobody was consulted two hours before the arrival alerts the advisor.
    """
    order = body.order(visit_id)
    return await call.perform(APPOINTMENTS, visit_id, lambda unit: do_consult(unit, order), answer=AppointmentAnswer.of)


@router.get("/dealers/{dealer_id}/days/{day}/readiness", response_model=ReadinessOut)
@live(APPOINTMENTS)
async def read_readiness(dealer_id: DealerPath, day: DayPath, look: Look = Depends(reader(*FLOOR))) -> ReadinessOut:
    """Who is ready for which visit of the day."""
    dealer, found = await visits_of(look.unit, dealer_id, day, (State.CONFIRMED,))
    rows = [
        ReadinessRow(
            visit_id=one.visit_id,
            arrival=one.arrival,
            time=dealer.clock_time(one.arrival),
            advisor=one.advisor,
            ready=all(word.ready for word in words),
            words=words,
            parts=PartOut.all_of(one.parts, one.arrival),
        )
        for one in found
        if one.details and (words := [WordOut.on(of, one.readiness.get(of)) for of in one.details.awaited])
    ]
    return ReadinessOut(day=day, items=rows)


@router.get("/dealers/{dealer_id}/days/{day}/welcome-board", response_model=WelcomeOut)
@live(APPOINTMENTS)
async def read_welcome_board(dealer_id: DealerPath, day: DayPath, look: Look = Depends(reader(*FLOOR))) -> WelcomeOut:
    """The board at the entrance: time, plate and advisor of everybody who is expected or here. No names, no phones."""
    dealer, found = await visits_of(look.unit, dealer_id, day, (State.CONFIRMED, State.ARRIVED))
    rows = [
        WelcomeRow(
            time=dealer.clock_time(one.arrival),
            plate=one.details.vehicle.plate,
            advisor=one.advisor,
            arrived=one.state is State.ARRIVED,
        )
        for one in found
        if one.details and one.left_because is None
    ]
    return WelcomeOut(day=day, items=rows)
