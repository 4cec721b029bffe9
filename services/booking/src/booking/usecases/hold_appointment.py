"""A slot and hours are kept while the customer decides (B2, B15)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import Channel

from booking.domain.appointment import Appointment
from booking.domain.errors import Refused, Taken
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.storage.days import known_dealer, look_ahead, look_at_days, open_day
from booking.storage.documents import APPOINTMENTS, DAYS


@dataclass(frozen=True)
class HoldAppointment:
    dealer_id: str
    wish: Wish
    channel: Channel


async def hold_appointment(unit: Unit, command: HoldAppointment, policy: Policy) -> Appointment:
    """Takes slot and hours in the day and makes the appointment, both or neither.

    Who comes too late gets ``SlotTaken``, ``HoursTaken``, ``BayTaken`` or ``AdvisorTaken``.
    """
    wish, until = command.wish, unit.now + policy.hold
    await look_ahead(unit, command.dealer_id, wish.arrival, wish.visit_id)
    dealer = await known_dealer(unit, command.dealer_id)
    policy.check_horizon(wish.arrival, unit.now)
    day = await open_day(unit, dealer, dealer.day_of(wish.arrival))
    moved = day.take(wish, dealer, unit.now, until)
    appointment, events = Appointment.hold(
        wish,
        dealer,
        advisor=day.advisor_of(wish.visit_id),
        channel=command.channel,
        owner=unit.actor,
        now=unit.now,
        until=until,
    )
    unit.save(DAYS, day, moved)
    unit.add(APPOINTMENTS, appointment, events)
    return appointment


async def refuse_late_comers(unit: Unit, command: HoldAppointment) -> str:
    """A plain read that answers those for whom nothing is left, before they queue for the day (B2).

    Returns the id of the day for which the others take turns. A command that is repeated after it succeeded passes:
    its own appointment exists, and its first answer will be given again.
    """
    wish = command.wish
    await look_ahead(unit, command.dealer_id, wish.arrival, wish.visit_id)
    dealer = await known_dealer(unit, command.dealer_id)
    (day,) = await look_at_days(unit, dealer, [dealer.day_of(wish.arrival)])
    try:
        day.at(unit.now).check(wish, dealer)
    except Taken:
        if await unit.find(APPOINTMENTS, wish.visit_id) is None:
            raise
    except Refused:
        """The command itself will say so, unless it is a repetition."""
    return day.id
