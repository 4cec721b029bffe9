"""The customer's personal link to one appointment: to look, confirm, move, cancel, and take a place (B9, B16)."""

from datetime import timedelta

from chassis.unit import Unit
from contracts.values import PersonId, Sealed

from booking.domain.appointment import Appointment
from booking.domain.dealer import Dealer

PURPOSE = "appointment"
GOOD_FOR = timedelta(days=366)
"""A link outlasts every move: whether the appointment's time is over is seen when it is used (B9)."""


def link_token(unit: Unit, dealer: Dealer, appointment: Appointment) -> str:
    """The token that goes into the address; it is good until the appointment's time is over, also after a move (B9)."""
    expires_at = dealer.missed_after(appointment.arrival) + GOOD_FOR
    return unit.sign_link(PURPOSE, dealer.dealer_id, appointment.visit_id, expires_at)


async def personal_link(unit: Unit, dealer: Dealer, appointment: Appointment, person: PersonId) -> Sealed:
    """The same, sealed for the way to whoever sends it."""
    return await unit.seal(person, link_token(unit, dealer, appointment))
