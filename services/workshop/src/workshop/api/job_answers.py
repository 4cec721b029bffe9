"""A job as it is answered after a command, and as it is shown."""

from datetime import date, datetime
from typing import Any

from contracts.values import ClassHours, PartLine, WorkClass
from contracts.workshop import PauseReason, Urgency
from pydantic import BaseModel, Field

from workshop.api.words import shown
from workshop.domain.finding import Finding, FindingState
from workshop.domain.job import CarryOver, Job
from workshop.domain.job_state import JobState
from workshop.domain.line import JobLine, LineState

LINE: dict[str, Any] = {
    "line_id": "L1",
    "state": "COMPLETED",
    "technician": "sean",
    "bay": "bay-1",
    "round": 1,
    "worked_minutes": 110,
    "planned_minutes": 120,
    "flat_rate_minutes": 120,
}
ANSWER: dict[str, Any] = {
    "visit_id": "0197a1c2-5b7e-7c43-9a54-0d7f3b1c2e11",
    "state": "COMPLETED",
    "lines": [LINE],
    "carried_to": None,
    "quality_failures": 0,
}


class LineAnswer(BaseModel):
    """Where a line is; `worked_minutes` of all technicians beside what was sold and what is planned (W3)."""

    line_id: str
    state: LineState
    technician: str | None
    bay: str | None
    round: int | None
    worked_minutes: int
    planned_minutes: int
    flat_rate_minutes: int

    @classmethod
    def of(cls, line: JobLine, now: datetime) -> "LineAnswer":
        return cls(**_line(line, now))


class JobAnswer(BaseModel):
    """What a command on a job answers: states and times, nobody's words."""

    model_config = shown(ANSWER)

    visit_id: str
    state: JobState
    lines: list[LineAnswer]
    carried_to: date | None = Field(description="The day to which the unfinished lines were carried over (W8)")
    quality_failures: int

    @classmethod
    def of(cls, job: Job, now: datetime) -> "JobAnswer":
        return cls(
            visit_id=job.visit_id,
            state=job.state,
            lines=[LineAnswer.of(line, now) for line in job.lines],
            carried_to=job.carried_to,
            quality_failures=len(job.quality.failures),
        )


class FindingAnswer(BaseModel):
    """What reporting a finding answers."""

    model_config = shown({"finding_id": "0197a1c2-77aa-7d10-8c33-5f1a2b3c4d5e", "job": ANSWER})

    finding_id: str
    job: JobAnswer


class StintView(BaseModel):
    """One interval of a technician's clock."""

    technician: str
    started_at: datetime
    stopped_at: datetime | None
    reason: PauseReason | None


class CorrectionView(BaseModel):
    """A corrected clock: who, when, why (W3)."""

    technician: str
    before_minutes: int
    after_minutes: int
    by: str
    reason: str
    at: datetime


class LineView(LineAnswer):
    """A line with its operation, parts and every interval worked on it."""

    operation: str
    title: str
    work_class: WorkClass
    finding_id: str | None
    hold: PauseReason | None
    reworks: int
    parts: tuple[PartLine, ...]
    stints: list[StintView]
    corrections: list[CorrectionView]

    @classmethod
    def of(cls, line: JobLine, now: datetime) -> "LineView":
        return cls(
            **_line(line, now),
            operation=line.operation,
            title=line.title,
            work_class=line.work_class,
            finding_id=line.finding_id,
            hold=line.hold,
            reworks=line.reworks,
            parts=line.parts,
            stints=[StintView(**vars(stint)) for stint in line.stints],
            corrections=[
                CorrectionView(
                    technician=c.technician,
                    before_minutes=c.before.minutes,
                    after_minutes=c.after.minutes,
                    by=c.by,
                    reason=c.reason,
                    at=c.at,
                )
                for c in line.corrections
            ],
        )


class FindingView(BaseModel):
    """More work found, and what the customer said (W6)."""

    finding_id: str
    line_id: str | None
    cause: str
    urgency: Urgency
    work_class: WorkClass
    minutes: int
    parts: tuple[PartLine, ...]
    found_by: str
    found_at: datetime
    state: FindingState

    @classmethod
    def of(cls, finding: Finding) -> "FindingView":
        own = {name: value for name, value in vars(finding).items() if name != "hours"}
        return cls(**own, work_class=finding.hours.work_class, minutes=finding.hours.hours.minutes)


class CheckItemView(BaseModel):
    """An item of the quality check list; name `code` in `checked` (W7)."""

    code: str
    en: str
    zh: str
    road_test: bool


class FailureView(BaseModel):
    inspector: str
    lines: tuple[str, ...]
    reason: str
    at: datetime


class QualityView(BaseModel):
    """How far quality control has come (W7)."""

    check_list: list[CheckItemView]
    self_checked: list[str]
    self_check_missing: list[str]
    failures: list[FailureView]
    inspector: str | None
    passed_at: datetime | None
    washed_at: datetime | None
    ready_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> "QualityView":
        quality = job.quality
        return cls(
            check_list=[CheckItemView(**vars(item)) for item in job.check_list],
            self_checked=sorted({check.technician for check in quality.self_checks}),
            self_check_missing=sorted(quality.missing_self_checks(job.technicians)),
            failures=[FailureView(**vars(failure)) for failure in quality.failures],
            inspector=quality.passed.inspector if quality.passed else None,
            passed_at=quality.passed.at if quality.passed else None,
            washed_at=quality.wash.at if quality.wash else None,
            ready_at=quality.ready_at,
        )


class CarryOverView(BaseModel):
    from_day: date
    to_day: date
    remaining: tuple[ClassHours, ...]
    reason: str
    by: str

    @classmethod
    def of(cls, carried: CarryOver) -> "CarryOverView":
        return cls(**vars(carried))


class JobView(BaseModel):
    """The whole job."""

    visit_id: str
    vin: str
    plate: str
    model: str
    advisor: str
    state: JobState
    promised_at: datetime
    waiting: bool
    booked: bool
    opened_at: datetime
    departed_at: datetime | None
    carried_to: date | None
    first_visit: str | None = Field(description="The visit whose work did not hold, when this is a rework (W9)")
    lines: list[LineView]
    findings: list[FindingView]
    quality: QualityView
    carry_overs: list[CarryOverView]

    @classmethod
    def of(cls, job: Job, now: datetime) -> "JobView":
        return cls(
            visit_id=job.visit_id,
            vin=job.vin,
            plate=job.plate,
            model=job.model,
            advisor=job.advisor,
            state=job.state,
            promised_at=job.promised_at,
            waiting=job.waiting,
            booked=job.booked,
            opened_at=job.opened_at,
            departed_at=job.departed_at,
            carried_to=job.carried_to,
            first_visit=job.first_visit,
            lines=[LineView.of(line, now) for line in job.lines],
            findings=[FindingView.of(finding) for finding in job.findings],
            quality=QualityView.of(job),
            carry_overs=[CarryOverView.of(carried) for carried in job.carry_overs],
        )


def _line(line: JobLine, now: datetime) -> dict[str, Any]:
    given = line.dispatch
    return {
        "line_id": line.line_id,
        "state": line.state,
        "technician": given.technician if given else None,
        "bay": given.bay if given else None,
        "round": given.dispatch_round if given else None,
        "worked_minutes": line.worked(now).minutes,
        "planned_minutes": line.planned.minutes,
        "flat_rate_minutes": line.flat_rate.minutes,
    }
