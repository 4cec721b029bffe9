"""Who had left before the greeting is back (R1): he takes his hours again (B1), and a loaner car (B17)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import VisitId

from booking.storage.days import known_dealer, open_day
from booking.storage.documents import APPOINTMENTS, DAYS
from booking.usecases.mobility import lend_again


@dataclass(frozen=True)
class RecordReturn:
    dealer_id: str
    visit_id: VisitId


async def record_return(unit: Unit, command: RecordReturn) -> None:
    """Once, even if the day overloads: he is here. Who takes his hours already, or never had any, takes none."""
    appointment = await unit.find(APPOINTMENTS, command.visit_id)
    if appointment is None or appointment.left_because is None:
        return
    appointment.come_back()
    unit.save(APPOINTMENTS, appointment, await lend_again(unit, appointment))
    dealer = await known_dealer(unit, command.dealer_id)
    day = await open_day(unit, dealer, appointment.day)
    unit.save(DAYS, day, day.take_back(appointment.wish, unit.now))
