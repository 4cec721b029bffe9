"""Dispatch: the proposal, the day's sheet with its rounds, giving out a line (W1)."""

from datetime import date, datetime
from typing import Annotated, Any

from chassis.access import Look, command, reader
from chassis.commands import Call
from contracts.values import Day, DealerId, LineId, VisitId, WorkClass
from contracts.workshop import PauseReason
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from workshop.api.job_answers import JobAnswer
from workshop.api.words import EVERYBODY, FOREMEN, Body, Code, Round, example, shown
from workshop.domain.dispatch_sheet import DispatchSheet, SheetRow
from workshop.domain.proposal import Proposed, propose
from workshop.projections.waiting_lines import waiting_lines
from workshop.storage.dealers import dealer_of
from workshop.storage.dispatch import roster_of, sheet_of
from workshop.storage.jobs import JOBS, open_jobs
from workshop.usecases.dispatch_line import DispatchLine
from workshop.usecases.dispatch_line import dispatch_line as dispatch

router = APIRouter(tags=["dispatch"])

ROW: dict[str, Any] = {
    "visit_id": "0197a1c2-5b7e-7c43-9a54-0d7f3b1c2e11",
    "line_id": "L1",
    "work_class": "PM",
    "hours": 2.0,
    "technician": "sean",
    "bay": "bay-1",
    "round": 1,
}


class DispatchBody(Body):
    """Technician, bay and round as the proposal names them, or as the dispatcher knows better."""

    model_config = example({"technician": "sean", "bay": "bay-1", "round": 1})

    technician: Code
    bay: Code
    round: Round | None = Field(None, description="Left out: the technician's next round")
    day: Day | None = Field(None, description="Left out: the dealer's today")
    overtime: bool = Field(False, description="Give the line even if the technician's shift has no hours left")


class ProposedLine(BaseModel):
    """A waiting line in its turn. Without `technician`, `why` says what is in the way."""

    model_config = shown({**ROW, "promised_at": "2025-06-23T08:00:00Z", "waiting": True, "carried_over": False})

    visit_id: str
    line_id: str
    work_class: WorkClass
    hours: float
    promised_at: datetime
    waiting: bool
    carried_over: bool
    held: PauseReason | None
    technician: str | None
    bay: str | None
    round: int | None
    why: str

    @classmethod
    def of(cls, proposed: Proposed) -> "ProposedLine":
        line = proposed.line
        return cls(
            visit_id=line.visit_id,
            line_id=line.line_id,
            work_class=line.work_class,
            hours=line.hours.hours,
            promised_at=line.promised_at,
            waiting=line.waiting,
            carried_over=line.carried_over,
            held=line.held,
            technician=proposed.technician,
            bay=proposed.bay,
            round=proposed.dispatch_round,
            why=proposed.why,
        )


class DispatchProposal(BaseModel):
    """The lines in the order of their turn."""

    day: date
    lines: list[ProposedLine]


class SheetRowView(BaseModel):
    """One line in a round; `left`: it went elsewhere, and `hours` is what was worked on it here."""

    visit_id: str
    line_id: str
    work_class: WorkClass
    hours: float
    technician: str
    bay: str
    round: int
    left: bool

    @classmethod
    def of(cls, row: SheetRow) -> "SheetRowView":
        own = {name: value for name, value in vars(row).items() if name not in ("hours", "dispatch_round")}
        return cls(**own, hours=row.hours.hours, round=row.dispatch_round)


class RoundView(BaseModel):
    """One dispatch round of the day."""

    round: int
    hours: float
    rows: list[SheetRowView]


class DispatchSheetView(BaseModel):
    """The day's sheet: its rounds add up to `hours`."""

    model_config = shown(
        {"day": "2025-06-23", "hours": 2.0, "rounds": [{"round": 1, "hours": 2.0, "rows": [{**ROW, "left": False}]}]}
    )

    day: date
    hours: float
    rounds: list[RoundView]

    @classmethod
    def of(cls, sheet: DispatchSheet) -> "DispatchSheetView":
        rounds = [
            RoundView(
                round=number,
                hours=sheet.hours_of_round(number).hours,
                rows=[SheetRowView.of(row) for row in sheet.rows if row.dispatch_round == number],
            )
            for number in sheet.rounds
        ]
        return cls(day=sheet.day, hours=sheet.hours.hours, rounds=rounds)


@router.get(
    "/dealers/{dealer_id}/dispatch-proposal",
    response_model=DispatchProposal,
    summary="Whose turn it is, and where (W1)",
)
async def propose_dispatch(
    dealer_id: DealerId, look: Annotated[Look, Depends(reader(*EVERYBODY))], day: Day | None = None
) -> DispatchProposal:
    """Carry-over first, then promised time, waiting customers before others, held lines last; each line with a
    technician who has the skill and the hours, a bay and a round. Nothing is given out by asking."""
    roster = await roster_of(look.unit, dealer_id)
    asked = day or (await dealer_of(look.unit, dealer_id)).day_of(look.unit.now)
    lines = waiting_lines(await open_jobs(look.unit), asked, look.unit.now)
    sheet = await sheet_of(look.unit, dealer_id, asked)
    return DispatchProposal(day=asked, lines=[ProposedLine.of(each) for each in propose(lines, roster, sheet)])


@router.get(
    "/dealers/{dealer_id}/dispatch-sheets/{day}", response_model=DispatchSheetView, summary="The day's rounds (W1)"
)
async def read_dispatch_sheet(
    dealer_id: DealerId, day: Day, look: Annotated[Look, Depends(reader(*EVERYBODY))]
) -> DispatchSheetView:
    """First, second, third … round with technicians, bays and hours. A day without dispatch has no rounds."""
    await dealer_of(look.unit, dealer_id)
    return DispatchSheetView.of(await sheet_of(look.unit, dealer_id, day))


@router.post(
    "/dealers/{dealer_id}/jobs/{visit_id}/lines/{line_id}/dispatch",
    response_model=JobAnswer,
    summary="Give a line to a technician and a bay (W1)",
)
async def dispatch_line(
    dealer_id: DealerId,
    visit_id: VisitId,
    line_id: LineId,
    body: DispatchBody,
    call: Annotated[Call, Depends(command(*FOREMEN))],
) -> Response:
    """Also to give it to somebody else, as long as no clock runs on it. 409 `technician-full`, `bay-taken`,
    `technician-lacks-skill`, `line-in-progress`; 422 `technician-unknown`, `bay-unknown`."""
    order = DispatchLine(
        dealer_id, visit_id, line_id, body.technician, body.bay, body.round, body.day, overtime=body.overtime
    )
    return await call.perform(
        JOBS,
        visit_id,
        lambda unit: dispatch(unit, order),
        lambda job: JobAnswer.of(job, call.runtime.clock.now()),
        queue=f"dispatch:{dealer_id}",
    )
