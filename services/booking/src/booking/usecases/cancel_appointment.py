"""The visit does not take place, by the customer's wish or with his agreement (B11)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.booking import DealersContact
from contracts.values import Party, VisitId

from booking.domain.appointment import Appointment, State
from booking.domain.details import ChangeReason, WhoseChange
from booking.domain.policy import Policy
from booking.storage.days import known_dealer
from booking.storage.documents import APPOINTMENTS, WAITING
from booking.usecases.give_back import give_back


@dataclass(frozen=True)
class CancelAppointment:
    dealer_id: str
    visit_id: VisitId
    reason: ChangeReason
    by: Party = Party.CUSTOMER
    contact: DealersContact | None = None


async def cancel_appointment(unit: Unit, command: CancelAppointment, policy: Policy) -> Appointment:
    """Slot and hours are free at once and offered to whoever waits for them; a hold is dropped the same way."""
    dealer = await known_dealer(unit, command.dealer_id)
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    waiting = await unit.find(WAITING, command.visit_id) if appointment.state is State.RESERVED else None
    if waiting is not None:
        unit.save(WAITING, waiting, waiting.withdraw())
    change = WhoseChange(unit.actor, command.reason, command.by, command.contact)
    events = appointment.cancel(change, unit.now)
    unit.save(APPOINTMENTS, appointment, events)
    await give_back(unit, dealer, appointment.visit_id, appointment.day, appointment.arrival, policy)
    return appointment
