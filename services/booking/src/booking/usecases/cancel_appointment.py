"""The customer does not come (B11)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import VisitId

from booking.domain.appointment import Appointment
from booking.domain.details import ChangeReason
from booking.storage.days import known_dealer, open_day
from booking.storage.documents import APPOINTMENTS, DAYS


@dataclass(frozen=True)
class CancelAppointment:
    dealer_id: str
    visit_id: VisitId
    reason: ChangeReason


async def cancel_appointment(unit: Unit, command: CancelAppointment) -> Appointment:
    """Slot and hours are free at once; a hold is dropped the same way."""
    dealer = await known_dealer(unit, command.dealer_id)
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    events = appointment.cancel(reason=command.reason, actor=unit.actor, now=unit.now)
    day = await open_day(unit, dealer, appointment.day)
    unit.save(DAYS, day, day.release(appointment.visit_id, unit.now))
    unit.save(APPOINTMENTS, appointment, events)
    return appointment
