"""/dealers/{dealer}/jobs: the job as a whole, its findings, its nights (W6, W8)."""

from typing import Annotated, Any

from chassis.access import Look, command, reader
from chassis.commands import Call
from contracts.values import ClassHours, Day, DealerId, LineId, Money, PartLine, TechnicianHours, VisitId
from contracts.workshop import Urgency
from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.responses import Response

from workshop.api.job_answers import FindingAnswer, JobAnswer, JobView
from workshop.api.words import AT_THE_CAR, EVERYBODY, FOREMEN, Body, Code, Hours, KnownClass, Reason, example
from workshop.api.work import answered
from workshop.storage.jobs import JOBS
from workshop.usecases.carry_over_job import CarryOverJob
from workshop.usecases.carry_over_job import carry_over_job as carry_over
from workshop.usecases.report_finding import ReportFinding
from workshop.usecases.report_finding import report_finding as report

router = APIRouter(prefix="/dealers/{dealer_id}/jobs/{visit_id}", tags=["jobs"])

FINDING: dict[str, Any] = {
    "technician": "sean",
    "line_id": "L1",
    "cause": "Front brake pads at 2 mm",
    "urgency": "SAFETY",
    "work_class": "GR",
    "hours": 1.0,
    "parts": [
        {
            "number": "04465-02220",
            "name": "Brake pads, front",
            "quantity": 1,
            "price": {"amount": 42000, "currency": "CNY"},
        }
    ],
}


class PartBody(Body):
    """A part the finding needs; `price` for one piece in minor units."""

    number: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    quantity: Annotated[int, Field(ge=1, le=999)]
    price: Money


class FindingBody(Body):
    """What was found, how urgent it is, and what it takes."""

    model_config = example(FINDING)

    technician: Code
    line_id: LineId | None = Field(None, description="The line at which it was seen, if any")
    cause: Reason
    urgency: Urgency
    work_class: KnownClass
    hours: Hours
    parts: Annotated[tuple[PartBody, ...], Field(max_length=50)] = ()


class CarryOverBody(Body):
    """To which day and why; `left` overrules for some lines what planned less worked time says."""

    model_config = example({"to_day": "2025-06-24", "reason": "Parts come tomorrow morning", "left": {"L2": 1.5}})

    to_day: Day
    reason: Reason
    left: dict[LineId, Hours] = Field(default_factory=dict, max_length=100)


@router.get("", response_model=JobView, summary="One job (W2)")
async def read_job(
    dealer_id: DealerId, visit_id: VisitId, look: Annotated[Look, Depends(reader(*EVERYBODY))]
) -> JobView:
    """Lines with every interval worked, findings, quality control with its check list, carry-overs."""
    job = await look.unit.get(JOBS, visit_id)
    look.etag(JOBS, visit_id)
    return JobView.of(job, look.unit.now)


@router.post("/findings", status_code=201, response_model=FindingAnswer, summary="Report additional work found (W6)")
async def report_finding(
    dealer_id: DealerId, visit_id: VisitId, body: FindingBody, call: Annotated[Call, Depends(command(*AT_THE_CAR))]
) -> Response:
    """Reception makes a supplement and asks the customer; the authorised lines go on meanwhile."""
    order = ReportFinding(
        visit_id=visit_id,
        finding_id=call.derived_id(),
        line_id=body.line_id,
        cause=body.cause,
        urgency=body.urgency,
        hours=ClassHours(work_class=body.work_class, hours=TechnicianHours.of(body.hours)),
        parts=tuple(PartLine(**dict(part)) for part in body.parts),
        technician=body.technician,
    )
    return await call.perform(
        JOBS,
        visit_id,
        lambda unit: report(unit, order),
        lambda job: FindingAnswer(finding_id=order.finding_id, job=JobAnswer.of(job, call.runtime.clock.now())),
    )


@router.post("/carry-over", response_model=JobAnswer, summary="Carry the unfinished lines over to another day (W8)")
async def carry_over_job(
    dealer_id: DealerId, visit_id: VisitId, body: CarryOverBody, call: Annotated[Call, Depends(command(*FOREMEN))]
) -> Response:
    """Booking reserves the remaining hours on that day, whose dispatch puts the job first. 409 `clocks-still-run`,
    `nothing-to-carry-over`."""
    left = {line_id: TechnicianHours.of(hours) for line_id, hours in body.left.items()}
    order = CarryOverJob(dealer_id, visit_id, body.to_day, body.reason, left)
    return await answered(call, visit_id, lambda unit: carry_over(unit, order), queue=f"dispatch:{dealer_id}")
