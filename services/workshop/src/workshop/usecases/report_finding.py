"""A technician found more than was ordered (W6)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import ClassHours, PartLine
from contracts.workshop import Urgency

from workshop.domain.finding import Finding
from workshop.domain.job import Job
from workshop.storage.jobs import JOBS


@dataclass(frozen=True)
class ReportFinding:
    visit_id: str
    finding_id: str
    line_id: str | None
    cause: str
    urgency: Urgency
    hours: ClassHours
    parts: tuple[PartLine, ...]
    technician: str


async def report_finding(unit: Unit, command: ReportFinding) -> Job:
    """Reception asks the customer; the rest of the job goes on."""
    job = await unit.get(JOBS, command.visit_id)
    finding = Finding(
        finding_id=command.finding_id,
        line_id=command.line_id,
        cause=command.cause,
        urgency=command.urgency,
        hours=command.hours,
        parts=command.parts,
        found_by=command.technician,
        found_at=unit.now,
    )
    unit.save(JOBS, job, job.find_more(finding))
    return job
