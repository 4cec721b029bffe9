"""Reception received the vehicle (R1): in time, late, or against a no-show that is withdrawn (B10)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.values import VisitId

from booking.storage.days import known_dealer, open_day
from booking.storage.documents import APPOINTMENTS, DAYS
from booking.usecases.give_back import release
from booking.usecases.mobility import lend_again


@dataclass(frozen=True)
class RecordArrival:
    """``at``: when the vehicle came, by reception's fact."""

    dealer_id: str
    visit_id: VisitId
    at: datetime


async def record_arrival(unit: Unit, command: RecordArrival) -> None:
    """Brings appointment and day in line with the arrival; the outcome does not depend on when the news come."""
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    took_hours = appointment.takes_hours
    events = appointment.arrive(command.at)
    if appointment.takes_hours and not took_hours:  # the no-show is withdrawn: he is here, and wants his car (B17)
        events += await lend_again(unit, appointment)
    unit.save(APPOINTMENTS, appointment, events)
    if appointment.takes_hours == took_hours:
        return
    dealer = await known_dealer(unit, command.dealer_id)
    if not appointment.takes_hours:  # too late: what was kept for him is for others (B10, B17)
        await release(unit, dealer, appointment, appointment.day)
        return
    day = await open_day(unit, dealer, appointment.day)
    unit.save(DAYS, day, day.take_back(appointment.wish, unit.now))
