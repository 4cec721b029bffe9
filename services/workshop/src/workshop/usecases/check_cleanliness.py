"""The last look before the vehicle is ready (W7)."""

from dataclasses import dataclass

from chassis.unit import Unit

from workshop.domain.job import Job
from workshop.storage.jobs import JOBS


@dataclass(frozen=True)
class CheckCleanliness:
    visit_id: str
    clean: bool


async def check_cleanliness(unit: Unit, command: CheckCleanliness) -> Job:
    """Clean: ready for pickup. Not clean: back to the wash. Raises ``NotWashed``, ``AlreadyReady``."""
    job = await unit.get(JOBS, command.visit_id)
    unit.save(JOBS, job, job.inspect_cleanliness(command.clean, unit.now))
    return job
