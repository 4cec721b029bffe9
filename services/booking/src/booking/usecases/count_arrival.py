"""Rows for the figures: who came (B13), and what work was found beyond the booked work (B20)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.values import VisitId

from booking.domain.arrival import Arrival, FoundWork
from booking.storage.days import known_dealer
from booking.storage.documents import APPOINTMENTS, ARRIVALS


@dataclass(frozen=True)
class CountArrival:
    dealer_id: str
    visit_id: VisitId
    booked: bool
    at: datetime


async def count_arrival(unit: Unit, command: CountArrival) -> None:
    """Each visit once."""
    if await unit.find(ARRIVALS, command.visit_id) is not None:
        return
    dealer = await known_dealer(unit, command.dealer_id)
    arrival = Arrival(
        visit_id=command.visit_id,
        dealer_id=command.dealer_id,
        day=dealer.day_of(command.at),
        at=command.at,
        hour=dealer.wall_clock(command.at).hour,
        booked=command.booked,
    )
    appointment = await unit.find(APPOINTMENTS, command.visit_id) if command.booked else None
    if appointment is not None:
        arrival.work_class, arrival.expected = appointment.work_class, appointment.hours
    unit.add(ARRIVALS, arrival)


async def note_departure(unit: Unit, visit_id: VisitId, reason: str | None) -> None:
    """Why he left ungreeted (R1); None: he is back, and counts again."""
    arrival = await unit.find(ARRIVALS, visit_id)
    if arrival is not None:
        arrival.left = reason
        unit.save(ARRIVALS, arrival)


async def count_found_work(unit: Unit, visit_id: VisitId, found: tuple[FoundWork, ...]) -> None:
    """A supplement was authorised; of a visit that is not known to have come nothing is learned."""
    arrival = await unit.find(ARRIVALS, visit_id)
    if arrival is None:
        return
    for work in found:
        arrival.find(work)
    unit.save(ARRIVALS, arrival)


async def forget_found_work(unit: Unit, visit_id: VisitId, lines: tuple[str, ...]) -> None:
    """Lines that are off (R9) teach nothing about work that is found later."""
    arrival = await unit.find(ARRIVALS, visit_id)
    if arrival is not None:
        arrival.forget(lines)
        unit.save(ARRIVALS, arrival)
