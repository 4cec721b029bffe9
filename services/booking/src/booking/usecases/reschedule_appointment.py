"""Another time, by the customer's wish or with his agreement (B11)."""

from dataclasses import dataclass, replace

from chassis.unit import Unit
from contracts.booking import DealersContact
from contracts.values import Party, StaffId

from booking.domain.appointment import Appointment
from booking.domain.dealer import Dealer
from booking.domain.details import ChangeReason, WhoseChange
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.storage.days import known_dealer, open_day
from booking.storage.documents import APPOINTMENTS, DAYS
from booking.usecases.give_back import offer_freed_place
from booking.usecases.mobility import free_loaner, lend_again


@dataclass(frozen=True)
class RescheduleAppointment:
    dealer_id: str
    wish: Wish
    reason: ChangeReason
    by: Party = Party.CUSTOMER
    contact: DealersContact | None = None


async def reschedule_appointment(unit: Unit, command: RescheduleAppointment, policy: Policy) -> Appointment:
    """Gives the old hours back and takes the new ones, on one day or two, in one write; its loaner car with them."""
    dealer = await known_dealer(unit, command.dealer_id)
    appointment = await unit.get(APPOINTMENTS, command.wish.visit_id)
    wish = replace(command.wish, needs=appointment.needs)
    appointment.check_reschedule(wish.hours, unit.now)
    policy.check_horizon(wish.arrival, unit.now)
    await free_loaner(unit, appointment)
    old_day, old_arrival = appointment.day, appointment.arrival
    advisor = await _move_hours(unit, dealer, appointment, wish)
    change = WhoseChange(unit.actor, command.reason, command.by, command.contact)
    events = appointment.reschedule(wish, dealer, advisor=advisor, change=change, now=unit.now)
    events += await lend_again(unit, appointment, moved_by=appointment.arrival - old_arrival)
    unit.save(APPOINTMENTS, appointment, events)
    await offer_freed_place(unit, dealer, old_day, old_arrival, policy)
    return appointment


async def _move_hours(unit: Unit, dealer: Dealer, appointment: Appointment, wish: Wish) -> StaffId:
    old = await open_day(unit, dealer, appointment.day)
    unit.save(DAYS, old, old.release(wish.visit_id, unit.now))
    new = await open_day(unit, dealer, dealer.day_of(wish.arrival))
    unit.save(DAYS, new, new.take(wish, dealer, unit.now))
    return new.advisor_of(wish.visit_id)
