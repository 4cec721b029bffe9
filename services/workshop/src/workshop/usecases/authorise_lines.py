"""Authorised lines come on the board: the first open the job, later ones extend it (W1, W6, W9, R12, R14)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.values import Vehicle, WorkLine

from workshop.domain.job import Job
from workshop.domain.roster import WorkshopRules
from workshop.domain.visit import EarlierVisit, Return, Visit, return_within
from workshop.storage.dealers import dealer_of
from workshop.storage.dispatch import ROSTERS
from workshop.storage.jobs import JOBS, VISITS

EARLIER_VISITS = 20
"""How many of a vehicle's latest visits are looked at for rework; nobody comes oftener within the window."""


@dataclass(frozen=True)
class AuthoriseLines:
    """``visit`` is known from the vehicle's arrival."""

    visit: Visit
    lines: tuple[WorkLine, ...]
    finding_id: str | None
    vehicle: Vehicle
    advisor: str
    promised_at: datetime
    booked: bool
    waiting: bool
    rework_of: str | None
    at: datetime


async def authorise_lines(unit: Unit, command: AuthoriseLines) -> Job:
    """Exactly these lines may be worked. Raises ``JobClosed`` once the vehicle has left."""
    job = await unit.find(JOBS, command.visit.visit_id)
    if job is not None:
        job.promise(command.promised_at)
        unit.save(JOBS, job, job.authorise(command.lines, command.finding_id))
        return job
    job = _new_job(command)
    events = job.authorise(command.lines, command.finding_id)
    returned = await _return_of(unit, job, command)
    if returned is not None:
        events += job.link_rework(returned.first_visit, returned.days_between)
    unit.add(JOBS, job, events)
    return job


def _new_job(command: AuthoriseLines) -> Job:
    vehicle = command.vehicle
    return Job(
        visit_id=command.visit.visit_id,
        dealer_id=command.visit.dealer_id,
        vin=vehicle.vin,
        plate=vehicle.plate,
        model=vehicle.model,
        advisor=command.advisor,
        promised_at=command.promised_at,
        waiting=command.waiting,
        booked=command.booked,
        opened_at=command.at,
    )


async def _return_of(unit: Unit, job: Job, command: AuthoriseLines) -> Return | None:
    """The first visit, if this one mends what that one should have (W9)."""
    visit, dealer = command.visit, await dealer_of(unit, job.dealer_id)
    roster = await unit.find(ROSTERS, job.dealer_id)
    rules = roster.rules if roster else WorkshopRules()
    wanted = {"vin": job.vin, "arrived_at": {"$lt": visit.arrived_at}}
    before = await unit.query(VISITS, wanted, sort=[("arrived_at", -1)], limit=EARLIER_VISITS)
    earlier = []
    for other in before:
        done = await unit.find(JOBS, other.visit_id)
        operations = frozenset(line.operation for line in done.live_lines) if done else frozenset[str]()
        last_day = dealer.day_of(other.delivered_at or other.arrived_at)
        earlier.append(EarlierVisit(other.visit_id, last_day, operations))
    named = command.rework_of or visit.rework_of
    operations = {line.operation for line in job.lines}
    return return_within(earlier, dealer.day_of(visit.arrived_at), named, operations, rules.rework_days)
