"""…/lines/{line}: the technician's clock, and its correction (W3)."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from chassis.access import command
from chassis.commands import Call
from chassis.unit import Unit
from contracts.values import DealerId, LineId, TechnicianHours, VisitId
from contracts.workshop import PauseReason
from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.responses import Response

from workshop.api.job_answers import JobAnswer
from workshop.api.words import AT_THE_CAR, FOREMEN, Body, Code, Reason, example
from workshop.domain.job import Job
from workshop.storage.jobs import JOBS
from workshop.usecases.correct_clock import CorrectClock
from workshop.usecases.correct_clock import correct_clock as correct
from workshop.usecases.finish_work import FinishWork
from workshop.usecases.finish_work import finish_work as finish
from workshop.usecases.pause_work import PauseWork
from workshop.usecases.pause_work import pause_work as pause
from workshop.usecases.resume_work import ResumeWork
from workshop.usecases.resume_work import resume_work as resume
from workshop.usecases.start_work import StartWork
from workshop.usecases.start_work import start_work as start

router = APIRouter(prefix="/dealers/{dealer_id}/jobs/{visit_id}/lines/{line_id}", tags=["work"])
AtTheCar = Annotated[Call, Depends(command(*AT_THE_CAR))]
KnownReason = Literal[
    PauseReason.PARTS,
    PauseReason.AUTHORISATION,
    PauseReason.TECHNICIAN,
    PauseReason.EQUIPMENT,
    PauseReason.CUSTOMER,
]


class TechnicianClocks(Body):
    """Who clocks."""

    model_config = example({"technician": "sean"})

    technician: Code


class PauseBody(Body):
    """Who interrupts the work, and what it waits for."""

    model_config = example({"technician": "sean", "reason": "PARTS"})

    technician: Code
    reason: KnownReason


class CorrectionBody(Body):
    """What the technician's time on this line is to be, and why."""

    model_config = example({"technician": "sean", "worked_minutes": 90, "reason": "Forgot to clock off for lunch"})

    technician: Code
    worked_minutes: int = Field(ge=0, le=10_000)
    reason: Reason


async def answered(call: Call, visit_id: str, do: Callable[[Unit], Awaitable[Job]], **more: Any) -> Response:
    """Does a command on a job and answers with the job."""
    return await call.perform(JOBS, visit_id, do, lambda job: JobAnswer.of(job, call.runtime.clock.now()), **more)


@router.post("/start", response_model=JobAnswer, summary="Start a line (W3)")
async def start_work(
    dealer_id: DealerId, visit_id: VisitId, line_id: LineId, body: TechnicianClocks, call: AtTheCar
) -> Response:
    """409 `technician-busy`: he is on another line (`details` say which); `line-of-another-technician`: dispatch it
    anew; `line-on-hold`: resume it."""
    order = StartWork(dealer_id, visit_id, line_id, body.technician)
    return await answered(call, visit_id, lambda unit: start(unit, order))


@router.post("/pause", response_model=JobAnswer, summary="Interrupt a line with the reason (W3)")
async def pause_work(
    dealer_id: DealerId, visit_id: VisitId, line_id: LineId, body: PauseBody, call: AtTheCar
) -> Response:
    """The technician is free for another line. 409 `line-not-in-progress`."""
    order = PauseWork(dealer_id, visit_id, line_id, body.technician, body.reason)
    return await answered(call, visit_id, lambda unit: pause(unit, order))


@router.post("/resume", response_model=JobAnswer, summary="Go on with a line (W3)")
async def resume_work(
    dealer_id: DealerId, visit_id: VisitId, line_id: LineId, body: TechnicianClocks, call: AtTheCar
) -> Response:
    """409 `line-not-on-hold`, `technician-busy`."""
    order = ResumeWork(dealer_id, visit_id, line_id, body.technician)
    return await answered(call, visit_id, lambda unit: resume(unit, order))


@router.post("/finish", response_model=JobAnswer, summary="Finish a line (W3)")
async def finish_work(
    dealer_id: DealerId, visit_id: VisitId, line_id: LineId, body: TechnicianClocks, call: AtTheCar
) -> Response:
    """Worked time stands beside the flat rate. 409 `line-not-in-progress`."""
    order = FinishWork(dealer_id, visit_id, line_id, body.technician)
    return await answered(call, visit_id, lambda unit: finish(unit, order))


@router.post("/clock-correction", response_model=JobAnswer, summary="Correct a worked time, with the reason (W3)")
async def correct_clock(
    dealer_id: DealerId,
    visit_id: VisitId,
    line_id: LineId,
    body: CorrectionBody,
    call: Annotated[Call, Depends(command(*FOREMEN))],
) -> Response:
    """Who corrected is taken from the token. 409 `line-in-progress`: stop the clock first."""
    worked = TechnicianHours(minutes=body.worked_minutes)
    order = CorrectClock(visit_id, line_id, body.technician, worked, body.reason)
    return await answered(call, visit_id, lambda unit: correct(unit, order))
