"""Slot and hours become free: whoever waits for them is offered the place, in order and for a limited time (B16)."""

from datetime import date, datetime

from chassis.unit import Unit
from contracts.values import VisitId

from booking.domain.appointment import Appointment
from booking.domain.dealer import Dealer
from booking.domain.dealer_day import DealerDay
from booking.domain.levelling import offers
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.domain.waiting import Waiting, WaitingState
from booking.storage.days import open_day
from booking.storage.documents import APPOINTMENTS, DAYS, WAITING
from booking.usecases.mobility import free_loaner
from booking.usecases.personal_link import personal_link

MOST_ASKED = 50
"""So many of those who wait are looked at for one freed place."""


async def give_back(
    unit: Unit, dealer: Dealer, visit_id: VisitId, day: date, arrival: datetime, policy: Policy
) -> None:
    """Releases what the visit takes on the day, its loaner car too, and offers the place to the next who waits."""
    await release(unit, dealer, await unit.get(APPOINTMENTS, visit_id), day)
    await offer_freed_place(unit, dealer, day, arrival, policy)


async def release(unit: Unit, dealer: Dealer, appointment: Appointment, day: date) -> None:
    """What is kept for the visit on the day is free: its loaner car, its slot, its hours."""
    await free_loaner(unit, appointment)
    unit.save(APPOINTMENTS, appointment)
    taken_from = await open_day(unit, dealer, day)
    unit.save(DAYS, taken_from, taken_from.release(appointment.visit_id, unit.now))


async def offer_freed_place(unit: Unit, dealer: Dealer, day: date, arrival: datetime, policy: Policy) -> None:
    """Holds the best slot near the freed one for the first who can use it; nobody is asked for what comes too soon."""
    until = unit.now + policy.offer_wait
    if arrival <= until:
        return
    wanted = {"state": WaitingState.WAITING, "first_day": {"$lte": day}, "last_day": {"$gte": day}}
    waiting = await unit.query(WAITING, wanted, sort=[("since", 1)], limit=MOST_ASKED)
    if not waiting:
        return
    freed = await open_day(unit, dealer, day)
    for one in waiting:
        if not one.would_take(day):
            continue
        for best in offers([freed.at(unit.now)], dealer, one.wish(arrival), 1):
            if best.arrival > until:
                await _hold_for(unit, dealer, freed, one, one.wish(best.arrival), until)
                return


async def _hold_for(unit: Unit, dealer: Dealer, day: DealerDay, waiting: Waiting, wish: Wish, until: datetime) -> None:
    unit.save(DAYS, day, day.take(wish, dealer, unit.now, until))
    advisor = day.advisor_of(wish.visit_id)
    appointment = await unit.find(APPOINTMENTS, wish.visit_id)
    if appointment is None:
        appointment, held = Appointment.hold(
            wish, dealer, advisor=advisor, channel=waiting.channel, owner=waiting.owner, now=unit.now, until=until
        )
        unit.add(APPOINTMENTS, appointment, held)
    else:
        held = appointment.hold_again(wish, dealer, advisor=advisor, now=unit.now, until=until)
        unit.save(APPOINTMENTS, appointment, held)
    person = waiting.details.customer.person_id
    link = await personal_link(unit, dealer, appointment, person)
    unit.save(WAITING, waiting, waiting.offer(wish.arrival, until, link))
