"""A customer authorised work that nobody had booked: it takes hours of the day on which that happened (B1)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.values import VisitId

from booking.domain.taking import TakenHours
from booking.storage.days import known_dealer, open_day
from booking.storage.documents import APPOINTMENTS, DAYS


@dataclass(frozen=True)
class TakeUnbookedWork:
    dealer_id: str
    visit_id: VisitId
    lines: tuple[TakenHours, ...]
    at: datetime


async def take_unbooked_work(unit: Unit, command: TakeUnbookedWork) -> None:
    """Each visit once: a visit whose appointment takes hours takes no others; supplements add to unbooked work."""
    appointment = await unit.find(APPOINTMENTS, command.visit_id)
    if appointment is not None and appointment.takes_hours:
        return
    dealer = await known_dealer(unit, command.dealer_id)
    day = await open_day(unit, dealer, dealer.day_of(command.at))
    unit.save(DAYS, day, day.take_unbooked(command.visit_id, command.lines, command.at, unit.now))
