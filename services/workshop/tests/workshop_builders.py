"""Builders for the workshop's tests: a technician's Monday at a dealer in Shanghai."""

from datetime import UTC, date, datetime, timedelta

from contracts.values import ClassHours, Money, TechnicianHours, WorkClass, WorkLine
from contracts.workshop import Urgency
from workshop.domain.dispatch_sheet import DispatchSheet, SheetRow
from workshop.domain.finding import Finding
from workshop.domain.job import Job
from workshop.domain.roster import Bay, Roster, Technician

MONDAY = date(2025, 6, 23)
TUESDAY = date(2025, 6, 24)
EIGHT = datetime(2025, 6, 23, 0, 0, tzinfo=UTC)
"""Eight o'clock in the morning in Shanghai."""


def at(hours: float) -> datetime:
    """So many hours after eight."""
    return EIGHT + timedelta(hours=hours)


def hours(value: float) -> TechnicianHours:
    return TechnicianHours.of(value)


def a_work_line(
    line_id: str = "L1", of: float = 2.0, work_class: WorkClass = WorkClass.PM, operation: str = "PM-20000"
) -> WorkLine:
    return WorkLine(
        line_id=line_id,
        operation=operation,
        title="20,000 km service",
        work_class=work_class,
        hours=hours(of),
        labour=Money(amount=40_000, currency="CNY"),
    )


def a_job(*lines: WorkLine, visit_id: str = "visit-1", promised: float = 8, waiting: bool = False) -> Job:
    job = Job(
        visit_id=visit_id,
        dealer_id="SH001",
        vin="LSVAB4BR5EN000001",
        plate="沪A12345",
        model="AE100",
        advisor="anna",
        promised_at=at(promised),
        waiting=waiting,
        booked=True,
        opened_at=EIGHT,
    )
    job.authorise(lines or (a_work_line(),))
    return job


def a_dispatched_job(*lines: WorkLine, technician: str = "sean", visit_id: str = "visit-1") -> Job:
    job = a_job(*lines, visit_id=visit_id)
    for line in job.lines:
        job.dispatch(line.line_id, technician, "bay-1", 1, MONDAY, EIGHT)
    return job


def a_finished_job(*lines: WorkLine, technician: str = "sean", visit_id: str = "visit-1") -> Job:
    """Every line took its technician one hour."""
    job = a_dispatched_job(*lines, technician=technician, visit_id=visit_id)
    for index, line in enumerate(job.lines):
        job.start(line.line_id, technician, at(index))
        job.finish(line.line_id, technician, at(index + 1))
    return job


def a_passed_job(*lines: WorkLine) -> Job:
    job = a_finished_job(*lines)
    job.self_check("sean", at(3))
    job.pass_quality("ines", True, [item.code for item in job.check_list], at(4))
    return job


def a_ready_job(*lines: WorkLine) -> Job:
    job = a_passed_job(*lines)
    job.wash("wang", at(5))
    job.inspect_cleanliness(True, at(5))
    return job


def a_finding(finding_id: str = "finding-1", line_id: str | None = "L1") -> Finding:
    return Finding(
        finding_id=finding_id,
        line_id=line_id,
        cause="front brake pads at 2 mm",
        urgency=Urgency.SAFETY,
        hours=ClassHours(work_class=WorkClass.GR, hours=hours(1)),
        parts=(),
        found_by="sean",
        found_at=at(1),
    )


def a_technician(code: str, *skills: WorkClass, of: float = 8) -> Technician:
    return Technician(code, skills or (WorkClass.PM,), hours(of))


def a_roster(*technicians: Technician, bays: int = 3) -> Roster:
    everything = (WorkClass.PM, WorkClass.GR, WorkClass.QUICK_SERVICE)
    default = (a_technician("sean", WorkClass.PM), a_technician("tim", WorkClass.PM, WorkClass.GR))
    return Roster(
        "SH001", list(technicians or default), [Bay(f"bay-{number}", everything) for number in range(1, bays + 1)]
    )


def a_sheet(*rows: SheetRow) -> DispatchSheet:
    return DispatchSheet("SH001", MONDAY, list(rows))


def a_row(
    of: float = 2, technician: str = "sean", bay: str = "bay-1", dispatch_round: int = 1, visit_id: str = "visit-1"
) -> SheetRow:
    return SheetRow(visit_id, "L1", WorkClass.PM, hours(of), technician, bay, dispatch_round)
