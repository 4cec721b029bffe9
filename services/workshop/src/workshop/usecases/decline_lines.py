"""The customer refused lines or a finding, or took lines back (R9, R13, R14, W6)."""

from dataclasses import dataclass

from chassis.unit import Unit

from workshop.domain.job import Job
from workshop.storage.jobs import JOBS
from workshop.usecases.leave_sheets import leave_sheets


@dataclass(frozen=True)
class DeclineLines:
    visit_id: str
    lines: tuple[str, ...]
    finding_id: str | None


async def decline_lines(unit: Unit, command: DeclineLines) -> Job:
    """The finding is refused; lines on the board that nobody has begun leave it and the dispatch sheet."""
    job = await unit.get(JOBS, command.visit_id)
    declined = [line for line in job.lines if line.line_id in command.lines and line.untouched]
    await leave_sheets(unit, job, declined)
    job.decline(command.lines, command.finding_id)
    unit.save(JOBS, job)
    return job
