"""A job stays overnight (W8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chassis.unit import Unit
from contracts.values import TechnicianHours

from workshop.domain.job import Job
from workshop.storage.dealers import dealer_of
from workshop.storage.jobs import JOBS
from workshop.usecases.leave_sheets import leave_sheets


@dataclass(frozen=True)
class CarryOverJob:
    """``left``: the foreman's own estimate of what is left of some lines."""

    dealer_id: str
    visit_id: str
    to_day: date
    reason: str
    left: Mapping[str, TechnicianHours] = field(default_factory=dict)


async def carry_over_job(unit: Unit, command: CarryOverJob) -> Job:
    """Booking reserves the remaining hours on ``to_day``; that day's dispatch puts the job first.

    Raises ``NothingToCarryOver``, ``ClocksStillRun``, ``DayIsPast``.
    """
    today = (await dealer_of(unit, command.dealer_id)).day_of(unit.now)
    job = await unit.get(JOBS, command.visit_id)
    await leave_sheets(unit, job, job.unfinished)
    events = job.carry_over(today, command.to_day, command.reason, unit.actor, unit.now, command.left)
    unit.save(JOBS, job, events)
    return job
