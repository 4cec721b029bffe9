"""The wait list (B16): getting on it, taking the offered place, letting it go, leaving it."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.unit import Unit
from contracts.values import Channel, VisitId

from booking.domain.appointment import Appointment, State
from booking.domain.errors import PlaceGone
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.domain.waiting import Waiting, WaitingState
from booking.storage.days import known_dealer, open_day
from booking.storage.documents import APPOINTMENTS, DAYS, WAITING
from booking.usecases.confirm_appointment import ConfirmAppointment, details_of
from booking.usecases.give_back import give_back


@dataclass(frozen=True)
class WaitForPlace:
    """``wish.arrival`` says nothing; ``told``: what the booker wrote down, as for a confirmation."""

    wish: Wish
    first_day: date
    last_day: date
    told: ConfirmAppointment
    channel: Channel = Channel.PHONE


async def wait_for_place(unit: Unit, command: WaitForPlace, policy: Policy) -> Waiting:
    """The customer waits from now on. A place that is free already is booked, not waited for: look at the offers."""
    dealer = await known_dealer(unit, command.told.dealer_id)
    details = await details_of(unit, command.told, dealer, command.first_day, policy)
    days = (command.first_day, command.last_day)
    waiting, events = Waiting.start(
        command.wish,
        dealer,
        days,
        details=details,
        channel=command.channel,
        owner=unit.actor,
        now=unit.now,
        read_back=command.told.read_back_confirmed,
        parts=command.told.parts,
    )
    unit.add(WAITING, waiting, events)
    return waiting


async def accept_place(unit: Unit, visit_id: VisitId) -> Appointment:
    """The offered place becomes an appointment with what was written down when the waiting began."""
    waiting = await unit.get(WAITING, visit_id)
    unit.save(WAITING, waiting, waiting.take(unit.now))
    dealer = await known_dealer(unit, waiting.dealer_id)
    appointment = await unit.get(APPOINTMENTS, visit_id)
    details = waiting.booked_details(appointment.arrival)
    events = appointment.confirm(details, dealer, read_back=True, now=unit.now)
    if waiting.parts:
        events += appointment.plan_parts(waiting.parts, unit.actor, unit.now)
    day = await open_day(unit, dealer, appointment.day)
    unit.save(DAYS, day, day.confirm(visit_id, unit.now))
    unit.save(APPOINTMENTS, appointment, events)
    return appointment


async def withdraw_waiting(unit: Unit, visit_id: VisitId, policy: Policy) -> Waiting:
    """Nobody waits any more; a place that is held for him goes to the next.

    An appointment that was made of the offered place before confirming it ended the waiting stays.
    """
    waiting = await unit.get(WAITING, visit_id)
    was_offered = waiting.state is WaitingState.OFFERED
    unit.save(WAITING, waiting, waiting.withdraw())
    if was_offered and (await unit.get(APPOINTMENTS, visit_id)).state is State.RESERVED:
        await _drop_held_place(unit, visit_id, policy)
    return waiting


async def decline_place(unit: Unit, visit_id: VisitId, policy: Policy) -> Appointment:
    """The customer does not want the offered place and goes on waiting; it goes to the next."""
    waiting = await unit.find(WAITING, visit_id)
    if waiting is None or waiting.state is not WaitingState.OFFERED:
        raise PlaceGone()
    appointment = await unit.get(APPOINTMENTS, visit_id)
    waiting.let_go(appointment.day)
    unit.save(WAITING, waiting)
    await _drop_held_place(unit, visit_id, policy)
    return appointment


async def _drop_held_place(unit: Unit, visit_id: VisitId, policy: Policy) -> None:
    """The hold ends before its time."""
    appointment = await unit.get(APPOINTMENTS, visit_id)
    dealer = await known_dealer(unit, appointment.dealer_id)
    unit.save(APPOINTMENTS, appointment, appointment.expire())
    await give_back(unit, dealer, visit_id, appointment.day, appointment.arrival, policy)


async def end_waiting(unit: Unit, visit_id: str, due: datetime) -> None:
    """The last wanted day is over (timer)."""
    waiting = await unit.get(WAITING, visit_id)
    unit.save(WAITING, waiting, waiting.run_out())
