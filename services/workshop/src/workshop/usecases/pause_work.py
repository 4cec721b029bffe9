"""A technician interrupts a line, with the reason (W3)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.workshop import PauseReason

from workshop.domain.job import Job
from workshop.storage.dispatch import clock_of, keep_clock
from workshop.storage.jobs import JOBS


@dataclass(frozen=True)
class PauseWork:
    dealer_id: str
    visit_id: str
    line_id: str
    technician: str
    reason: PauseReason


async def pause_work(unit: Unit, command: PauseWork) -> Job:
    """The clock stands and the technician is free for another line. Raises ``LineNotInProgress``."""
    job = await unit.get(JOBS, command.visit_id)
    clock = await clock_of(unit, command.dealer_id, command.technician)
    events = job.pause(command.line_id, command.technician, command.reason, unit.now)
    clock.leave()
    await keep_clock(unit, clock)
    unit.save(JOBS, job, events)
    return job
