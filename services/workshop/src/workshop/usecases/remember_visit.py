"""What the workshop remembers of a visit: vehicle, promise, delivery (W9, R11, R16)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit

from workshop.domain.visit import Visit
from workshop.storage.jobs import JOBS, VISITS


@dataclass(frozen=True)
class RememberArrival:
    dealer_id: str
    visit_id: str
    vin: str
    arrived_at: datetime
    rework_of: str | None


async def remember_arrival(unit: Unit, command: RememberArrival) -> None:
    """The vehicle came; news that comes twice changes nothing."""
    if await unit.find(VISITS, command.visit_id) is None:
        visit = Visit(command.visit_id, command.dealer_id, command.vin, command.arrived_at, command.rework_of)
        unit.add(VISITS, visit)


async def identify_vehicle(unit: Unit, visit: Visit, vin: str) -> None:
    """Check-in found out which vehicle it really is (R5)."""
    visit.vin = vin
    unit.save(VISITS, visit)


async def change_promise(unit: Unit, visit: Visit, promised_at: datetime, waiting: bool | None = None) -> None:
    """The customer was told when the vehicle is ready; the job follows if it is open already."""
    visit.promised_at = promised_at
    visit.waiting = visit.waiting if waiting is None else waiting
    unit.save(VISITS, visit)
    job = await unit.find(JOBS, visit.visit_id)
    if job is not None:
        job.promise(promised_at)
        unit.save(JOBS, job)


async def close_job(unit: Unit, visit: Visit, delivered_at: datetime) -> None:
    """The vehicle left. Raises ``JobNotReady`` when the workshop had not made it ready."""
    visit.delivered_at = delivered_at
    unit.save(VISITS, visit)
    job = await unit.find(JOBS, visit.visit_id)
    if job is not None:
        job.depart(delivered_at)
        unit.save(JOBS, job)
