"""A worked time is set right, with who and why (W3)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import TechnicianHours

from workshop.domain.job import Job
from workshop.storage.jobs import JOBS


@dataclass(frozen=True)
class CorrectClock:
    """``worked``: what the technician's time on the line is to be."""

    visit_id: str
    line_id: str
    technician: str
    worked: TechnicianHours
    reason: str


async def correct_clock(unit: Unit, command: CorrectClock) -> Job:
    """Who is the unit's actor. Raises ``LineInProgress``, ``NeverWorkedOnLine``."""
    job = await unit.get(JOBS, command.visit_id)
    events = job.correct_clock(
        command.line_id, command.technician, command.worked, unit.actor, command.reason, unit.now
    )
    unit.save(JOBS, job, events)
    return job
