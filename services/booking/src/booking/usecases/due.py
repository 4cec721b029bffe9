"""What falls due by itself: a hold's end, the reminder, the no-show (B9, B10, B15)."""

from datetime import datetime, timedelta

from chassis.unit import Unit

from booking.domain.appointment import Appointment
from booking.domain.dealer import Dealer
from booking.domain.levelling import offers
from booking.domain.policy import Policy
from booking.storage.days import known_dealer, look_at_days
from booking.storage.documents import APPOINTMENTS, WAITING
from booking.usecases.give_back import give_back
from booking.usecases.personal_link import personal_link


async def expire_hold(unit: Unit, visit_id: str, due: datetime, policy: Policy) -> None:
    """Nobody confirmed in time: slot and hours are free again (B15), for the next of those who wait (B16)."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    unit.save(APPOINTMENTS, appointment, appointment.expire())
    waiting = await unit.find(WAITING, visit_id)
    if waiting is not None:
        waiting.let_go(appointment.day)
        unit.save(WAITING, waiting)
    dealer = await known_dealer(unit, appointment.dealer_id)
    await give_back(unit, dealer, visit_id, appointment.day, appointment.arrival, policy)


async def remind_customer(unit: Unit, visit_id: str, due: datetime) -> None:
    """Announces that the customer is to be reminded; crm decides whether and how (B9, C4)."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    link = None
    if appointment.details is not None:
        dealer = await known_dealer(unit, appointment.dealer_id)
        link = await personal_link(unit, dealer, appointment, appointment.details.customer.person_id)
    unit.save(APPOINTMENTS, appointment, appointment.remind(unit.now, link))


async def miss_appointment(unit: Unit, visit_id: str, due: datetime, policy: Policy) -> None:
    """Not arrived by the grace time, and all of reception's news until then are known (B10)."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    dealer = await known_dealer(unit, appointment.dealer_id)
    unit.save(APPOINTMENTS, appointment, appointment.miss(await _rebook_offers(unit, dealer, appointment, policy)))
    await give_back(unit, dealer, visit_id, appointment.day, appointment.arrival, policy)


async def _rebook_offers(unit: Unit, dealer: Dealer, appointment: Appointment, policy: Policy) -> list[datetime]:
    """The same work, as soon as it can be had, received by whoever is free (B10)."""
    first = dealer.day_of(unit.now)
    days = await look_at_days(unit, dealer, [first + timedelta(days=n) for n in range(policy.rebook_days)])
    wish = appointment.any_advisor(unit.now)
    found = offers([day.at(unit.now, appointment.visit_id) for day in days], dealer, wish, policy.next_best)
    return [offer.arrival for offer in found]
