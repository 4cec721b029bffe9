"""A technician finishes a line (W3)."""

from dataclasses import dataclass

from chassis.unit import Unit

from workshop.domain.job import Job
from workshop.storage.dispatch import clock_of, keep_clock
from workshop.storage.jobs import JOBS


@dataclass(frozen=True)
class FinishWork:
    dealer_id: str
    visit_id: str
    line_id: str
    technician: str


async def finish_work(unit: Unit, command: FinishWork) -> Job:
    """Worked time stands beside the flat rate from now on. Raises ``LineNotInProgress``."""
    job = await unit.get(JOBS, command.visit_id)
    clock = await clock_of(unit, command.dealer_id, command.technician)
    events = job.finish(command.line_id, command.technician, unit.now)
    clock.leave()
    await keep_clock(unit, clock)
    unit.save(JOBS, job, events)
    return job
