"""The progress control board, the preview of a day, and what a technician is on now (W1, W2, W3)."""

from datetime import date, datetime
from typing import Annotated, Any

from chassis.access import Look, reader
from chassis.unit import Unknown
from contracts.values import Day, DealerId, NatureOfWork, StaffId, WorkClass
from fastapi import APIRouter, Depends
from pydantic import BaseModel

from workshop.api.job_answers import LINE, LineAnswer
from workshop.api.words import EVERYBODY, shown
from workshop.domain.finding import FindingState
from workshop.domain.job_state import JobState
from workshop.domain.roster import WorkshopRules
from workshop.projections.board import BoardRow, Risk, board
from workshop.projections.expected_vehicles import ExpectedVehicle, expected_on
from workshop.storage.dealers import dealer_of
from workshop.storage.dispatch import ROSTERS, clock_of
from workshop.storage.jobs import open_jobs

router = APIRouter(prefix="/dealers/{dealer_id}", tags=["board"])

ROW: dict[str, Any] = {
    "visit_id": "0197a1c2-5b7e-7c43-9a54-0d7f3b1c2e11",
    "plate": "沪A12345",
    "model": "AE100",
    "advisor": "anna",
    "state": "IN_PROGRESS",
    "waiting": True,
    "promised_at": "2025-06-23T08:00:00Z",
    "expected_ready_at": "2025-06-23T07:20:00Z",
    "risk": "ON_TIME",
    "planned_minutes": 120,
    "worked_minutes": 50,
    "remaining_minutes": 70,
    "carried_to": None,
    "rework_of": None,
    "open_findings": 0,
    "quality_failures": 0,
    "lines": [LINE],
}


EXPECTED_VEHICLE: dict[str, Any] = {
    "visit_id": "0197a1c2-5b7e-7c43-9a54-0d7f3b1c2e11",
    "arrival": "2025-06-23T00:15:00Z",
    "arrived": False,
    "plate": "沪A12345",
    "model": "AE100",
    "nature": "MAINTENANCE",
    "work_class": "PM",
    "hours": 2.0,
}


class BoardRowView(BaseModel):
    """One job: planned against actual, and whether the promise will be kept."""

    model_config = shown(ROW)

    visit_id: str
    plate: str
    model: str
    advisor: str
    state: JobState
    waiting: bool
    promised_at: datetime
    expected_ready_at: datetime
    risk: Risk
    planned_minutes: int
    worked_minutes: int
    remaining_minutes: int
    carried_to: date | None
    rework_of: str | None
    open_findings: int
    quality_failures: int
    lines: list[LineAnswer]

    @classmethod
    def of(cls, row: BoardRow, now: datetime) -> "BoardRowView":
        job = row.job
        return cls(
            visit_id=job.visit_id,
            plate=job.plate,
            model=job.model,
            advisor=job.advisor,
            state=job.state,
            waiting=job.waiting,
            promised_at=job.promised_at,
            expected_ready_at=row.expected_ready_at,
            risk=row.risk,
            planned_minutes=row.planned.minutes,
            worked_minutes=row.worked.minutes,
            remaining_minutes=row.remaining.minutes,
            carried_to=job.carried_to,
            rework_of=job.first_visit,
            open_findings=sum(f.state is FindingState.PENDING_APPROVAL for f in job.findings),
            quality_failures=len(job.quality.failures),
            lines=[LineAnswer.of(line, now) for line in job.lines],
        )


class BoardView(BaseModel):
    """The board as of `now`."""

    now: datetime
    jobs: list[BoardRowView]


class ClockView(BaseModel):
    """The line a technician is on; all empty when he is free."""

    model_config = shown(
        {"technician": "sean", "visit_id": "0197a1c2", "line_id": "L1", "since": "2025-06-23T00:30:00Z"}
    )

    technician: str
    visit_id: str | None
    line_id: str | None
    since: datetime | None


class ExpectedVehicleView(BaseModel):
    """A booked vehicle; `arrived`: it is here."""

    model_config = shown(EXPECTED_VEHICLE)

    visit_id: str
    arrival: datetime
    arrived: bool
    plate: str
    model: str
    nature: NatureOfWork
    work_class: WorkClass
    hours: float

    @classmethod
    def of(cls, row: ExpectedVehicle, arrived: bool) -> "ExpectedVehicleView":
        return cls(
            visit_id=row.visit_id,
            arrival=row.arrival,
            arrived=arrived,
            plate=row.plate,
            model=row.model,
            nature=row.nature,
            work_class=row.work_class,
            hours=row.hours.hours,
        )


class DayPreview(BaseModel):
    """What is booked for a day."""

    day: date
    vehicles: list[ExpectedVehicleView]


@router.get("/days/{day}/expected-vehicles", response_model=DayPreview, summary="Vehicles booked for a day (W1)")
async def preview_day(dealer_id: DealerId, day: Day, look: Annotated[Look, Depends(reader(*EVERYBODY))]) -> DayPreview:
    """By arrival, with class and hours; cancelled and missed appointments are left out."""
    expected = await expected_on(look.unit, day)
    return DayPreview(day=day, vehicles=[ExpectedVehicleView.of(row, arrived) for row, arrived in expected])


@router.get("/board", response_model=BoardView, summary="Progress control board (W2)")
async def read_board(dealer_id: DealerId, look: Annotated[Look, Depends(reader(*EVERYBODY))]) -> BoardView:
    """Every open job, most urgent first: late, at risk, on time, each by promised time."""
    unit = look.unit
    dealer, roster = await dealer_of(unit, dealer_id), await unit.find(ROSTERS, dealer_id)
    rows = board(await open_jobs(unit), dealer, roster.rules if roster else WorkshopRules(), unit.now)
    return BoardView(now=unit.now, jobs=[BoardRowView.of(row, unit.now) for row in rows])


@router.get("/technicians/{technician}/clock", response_model=ClockView, summary="What a technician is on now (W3)")
async def read_technician_clock(
    dealer_id: DealerId, technician: StaffId, look: Annotated[Look, Depends(reader(*EVERYBODY))]
) -> ClockView:
    """One line at most. 404 for a technician who is neither on the roster nor on a line."""
    clock = await clock_of(look.unit, dealer_id, technician)
    roster = await look.unit.find(ROSTERS, dealer_id)
    if clock.on_visit is None and not (roster and roster.knows(technician)):
        raise Unknown(f"no technician {technician} here: see the roster")
    return ClockView(technician=technician, visit_id=clock.on_visit, line_id=clock.on_line, since=clock.since)
