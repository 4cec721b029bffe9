"""First stage of quality control: the technician's own check (W7)."""

from dataclasses import dataclass

from chassis.unit import Unit

from workshop.domain.job import Job
from workshop.storage.jobs import JOBS


@dataclass(frozen=True)
class SelfCheck:
    visit_id: str
    technician: str


async def self_check(unit: Unit, command: SelfCheck) -> Job:
    """Raises ``WorkUnfinished``, ``NotATechnicianOfTheJob``, ``QualityAlreadyPassed``."""
    job = await unit.get(JOBS, command.visit_id)
    unit.save(JOBS, job, job.self_check(command.technician, unit.now))
    return job
