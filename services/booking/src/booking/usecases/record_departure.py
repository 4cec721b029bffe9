"""Who had come in time went before anybody greeted him (R1): what was kept for him is free (B1, B17)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import VisitId

from booking.domain.policy import Policy
from booking.storage.days import known_dealer
from booking.storage.documents import APPOINTMENTS
from booking.usecases.give_back import give_back


@dataclass(frozen=True)
class RecordDeparture:
    """``reason``: as reception recorded it."""

    dealer_id: str
    visit_id: VisitId
    reason: str


async def record_departure(unit: Unit, command: RecordDeparture, policy: Policy) -> None:
    """Frees slot, hours and car for whoever waits (B16), once; a walk-in or a no-show takes nothing."""
    appointment = await unit.find(APPOINTMENTS, command.visit_id)
    if appointment is None:
        return
    took_hours = appointment.takes_hours
    appointment.leave(command.reason)
    if appointment.takes_hours == took_hours:
        return
    dealer = await known_dealer(unit, command.dealer_id)
    await give_back(unit, dealer, command.visit_id, appointment.day, appointment.arrival, policy)
