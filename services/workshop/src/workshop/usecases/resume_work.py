"""A technician resumes work on a line (W3)."""

from dataclasses import dataclass

from chassis.unit import Unit

from workshop.domain.job import Job
from workshop.storage.dispatch import clock_of, keep_clock
from workshop.storage.jobs import JOBS


@dataclass(frozen=True)
class ResumeWork:
    dealer_id: str
    visit_id: str
    line_id: str
    technician: str


async def resume_work(unit: Unit, command: ResumeWork) -> Job:
    """Job and technician's clock are written together: nobody is on two lines. Raises ``TechnicianBusy``."""
    job = await unit.get(JOBS, command.visit_id)
    clock = await clock_of(unit, command.dealer_id, command.technician)
    events = job.resume(command.line_id, command.technician, unit.now)
    clock.go_on(command.visit_id, command.line_id, unit.now)
    await keep_clock(unit, clock)
    unit.save(JOBS, job, events)
    return job
