"""R3: the customer's answers, read back to him."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.errors import RepairOrderExists
from reception.domain.questionnaire import Questioning, check_answers
from reception.domain.visit import Visit
from reception.storage.collections import REPAIR_ORDERS, VISITS


@dataclass(frozen=True)
class RecordQuestionnaire:
    """``own_words``: the exact words of the customer; they are sealed with his key."""

    visit_id: str
    version: int
    answers: Mapping[str, tuple[str, ...]]
    own_words: str
    plan: str
    read_back: bool


async def record_questionnaire(unit: Unit, command: RecordQuestionnaire) -> Visit:
    """Who asks has greeted the customer (R1). Raises ``AnswersInvalid``, ``QuestionnaireVersionUnknown``,
    ``RepairOrderExists``, ``CustomerLeft``."""
    visit = await unit.get(VISITS, command.visit_id)
    if await unit.find(REPAIR_ORDERS, command.visit_id):
        raise RepairOrderExists
    check_answers(command.version, command.answers, bool(command.own_words))
    person_id = visit.customer.person_id
    questioning = Questioning(
        version=command.version,
        answers=dict(command.answers),
        own_words=await unit.seal(person_id, command.own_words) if command.own_words else None,
        plan=command.plan,
        read_back=command.read_back,
        at=unit.now,
    )
    unit.save(VISITS, visit, [*visit.take_up(unit.actor, unit.now), *visit.question(questioning)])
    return visit
