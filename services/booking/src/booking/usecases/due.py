"""What falls due by itself: a hold's end, the reminder, the no-show (B9, B10, B15)."""

from datetime import datetime

from chassis.unit import Unit
from contracts.event import Event

from booking.domain.appointment import Appointment
from booking.storage.days import known_dealer, open_day
from booking.storage.documents import APPOINTMENTS, DAYS


async def expire_hold(unit: Unit, visit_id: str, due: datetime) -> None:
    """Nobody confirmed in time: slot and hours are free again (B15)."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    await _give_back(unit, appointment, appointment.expire())


async def remind_customer(unit: Unit, visit_id: str, due: datetime) -> None:
    """Announces that the customer is to be reminded; crm decides whether and how (B9, C4)."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    unit.save(APPOINTMENTS, appointment, appointment.remind(unit.now))


async def miss_appointment(unit: Unit, visit_id: str, due: datetime) -> None:
    """Not arrived by the grace time, and all of reception's news until then are known (B10)."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    await _give_back(unit, appointment, appointment.miss())


async def _give_back(unit: Unit, appointment: Appointment, events: list[Event]) -> None:
    dealer = await known_dealer(unit, appointment.dealer_id)
    day = await open_day(unit, dealer, appointment.day)
    unit.save(DAYS, day, day.release(appointment.visit_id, unit.now))
    unit.save(APPOINTMENTS, appointment, events)
