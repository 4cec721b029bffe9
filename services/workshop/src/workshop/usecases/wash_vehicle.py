"""The vehicle was washed (W7)."""

from dataclasses import dataclass

from chassis.unit import Unit

from workshop.domain.job import Job
from workshop.storage.jobs import JOBS


@dataclass(frozen=True)
class WashVehicle:
    visit_id: str
    by: str


async def wash_vehicle(unit: Unit, command: WashVehicle) -> Job:
    """Raises ``QualityNotPassed``, ``AlreadyReady``."""
    job = await unit.get(JOBS, command.visit_id)
    job.wash(command.by, unit.now)
    unit.save(JOBS, job)
    return job
