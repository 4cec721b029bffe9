"""Somebody else looks after a visit from now on (B3, X7)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import VisitId

from booking.domain.appointment import Appointment
from booking.storage.documents import APPOINTMENTS


@dataclass(frozen=True)
class HandOverCase:
    """``owner`` as actors are written: ``advisor:anna``."""

    visit_id: VisitId
    owner: str
    reason: str


async def hand_over_case(unit: Unit, command: HandOverCase) -> Appointment:
    """The trace of it is the fact: who had it, who has it, why, by whom."""
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    unit.save(APPOINTMENTS, appointment, appointment.hand_over(command.owner, command.reason))
    return appointment
