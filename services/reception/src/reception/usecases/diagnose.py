"""R6: an examination is recorded, or headquarters' technicians are asked."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.diagnosis import Diagnosis, Examination, Reading, SupportRequest
from reception.storage.collections import DIAGNOSES, VISITS


@dataclass(frozen=True)
class Examine:
    """One look for the cause; who did it is the caller."""

    visit_id: str
    reproduced: bool
    with_customer: bool
    road_test: bool
    readings: tuple[Reading, ...]
    cause: str
    explained: bool


@dataclass(frozen=True)
class AskSupport:
    """``request_id``: new."""

    visit_id: str
    request_id: str
    question: str


async def examine(unit: Unit, command: Examine) -> Diagnosis:
    """The visit's first examination begins its diagnosis."""
    diagnosis = await _diagnosis(unit, command.visit_id)
    examination = Examination(
        at=unit.now,
        by=unit.actor,
        reproduced=command.reproduced,
        with_customer=command.with_customer,
        road_test=command.road_test,
        readings=command.readings,
        cause=command.cause,
        explained=command.explained,
    )
    unit.save(DIAGNOSES, diagnosis, diagnosis.examine(examination))
    return diagnosis


async def ask_support(unit: Unit, command: AskSupport) -> Diagnosis:
    """Raises ``CauseFound``."""
    diagnosis = await _diagnosis(unit, command.visit_id)
    request = SupportRequest(command.request_id, unit.now, command.question)
    unit.save(DIAGNOSES, diagnosis, diagnosis.ask(request))
    return diagnosis


async def _diagnosis(unit: Unit, visit_id: str) -> Diagnosis:
    if known := await unit.find(DIAGNOSES, visit_id):
        return known
    visit = await unit.get(VISITS, visit_id)
    begun = Diagnosis(visit.visit_id, visit.dealer_id, visit.vehicle)
    unit.add(DIAGNOSES, begun)
    return begun
