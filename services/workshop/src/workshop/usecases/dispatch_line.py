"""A line is given to a technician and a bay in a round of the day (W1)."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit

from workshop.domain.dispatch_sheet import SheetRow
from workshop.domain.errors import DayIsPast
from workshop.domain.job import Job
from workshop.storage.dealers import dealer_of
from workshop.storage.dispatch import keep_sheet, roster_of, sheet_of
from workshop.storage.jobs import JOBS
from workshop.usecases.leave_sheets import leave_sheets


@dataclass(frozen=True)
class DispatchLine:
    """``day`` None: today. ``dispatch_round`` None: the technician's next."""

    dealer_id: str
    visit_id: str
    line_id: str
    technician: str
    bay: str
    dispatch_round: int | None = None
    day: date | None = None
    overtime: bool = False


async def dispatch_line(unit: Unit, command: DispatchLine) -> Job:
    """The first time or anew. Job and dispatch sheet are written together, so hours and bays are given out once.

    Raises ``TechnicianUnknown``, ``TechnicianLacksSkill``, ``TechnicianFull``, ``BayUnknown``, ``BayTaken``,
    ``LineAlreadyFinished``, ``LineInProgress``, ``DayIsPast``.
    """
    roster = await roster_of(unit, command.dealer_id)
    today = (await dealer_of(unit, command.dealer_id)).day_of(unit.now)
    day = command.day or today
    if day < today:
        raise DayIsPast(day, today)
    job = await unit.get(JOBS, command.visit_id)
    line = job.line(command.line_id)
    technician = roster.able(command.technician, line.work_class)
    bay = roster.fitting_bay(command.bay, line.work_class)
    await leave_sheets(unit, job, [line])
    sheet = await sheet_of(unit, command.dealer_id, day)
    dispatch_round = command.dispatch_round or sheet.next_round_of(command.technician)
    events = job.dispatch(line.line_id, technician.code, bay, dispatch_round, day, unit.now)
    row = SheetRow(
        job.visit_id, line.line_id, line.work_class, line.remaining(unit.now), technician.code, bay, dispatch_round
    )
    sheet.enter(row, technician.hours_on(day), overtime=command.overtime)
    await keep_sheet(unit, sheet)
    unit.save(JOBS, job, events)
    return job
