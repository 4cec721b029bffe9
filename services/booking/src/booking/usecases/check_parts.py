"""The parts of the planned work are named and asked for, and the answers taken in (B7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chassis.unit import Unit
from contracts.booking import AskedPart
from contracts.parts import PartNumber
from contracts.values import VisitId

from booking.domain.appointment import Appointment
from booking.domain.parts_check import PlannedPart
from booking.storage.documents import APPOINTMENTS

Answer = Callable[[PlannedPart], PlannedPart]


@dataclass(frozen=True)
class PlanParts:
    """The whole list: what is not on it any more is not needed any more."""

    visit_id: VisitId
    parts: tuple[AskedPart, ...]


@dataclass(frozen=True)
class TakeInAnswer:
    """What the parts service says of some numbers; pieces as it named them."""

    visit_id: VisitId
    answers: Mapping[PartNumber, tuple[int, Answer]]


async def plan_parts(unit: Unit, command: PlanParts) -> Appointment:
    """The newest list holds and is asked for as a whole."""
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    unit.save(APPOINTMENTS, appointment, appointment.plan_parts(command.parts, unit.actor, unit.now))
    return appointment


async def take_in_answer(unit: Unit, command: TakeInAnswer) -> None:
    """The parts of a booked visit stand where the parts service says they do."""
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    answered = [answer(appointment.parts.find(number, pieces)) for number, (pieces, answer) in command.answers.items()]
    unit.save(APPOINTMENTS, appointment, appointment.parts_told(answered, unit.actor, unit.now))
