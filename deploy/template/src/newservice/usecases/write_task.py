"""Somebody writes down what has to be done."""

from dataclasses import dataclass

from chassis.unit import Unit

from newservice.domain.task import Task, write
from newservice.storage.dealers import known_dealer
from newservice.storage.tasks import TASKS


@dataclass(frozen=True, slots=True)
class WriteTask:
    dealer_id: str
    task_id: str
    title: str


async def write_task(unit: Unit, command: WriteTask) -> Task:
    """Keeps a new task. Raises ``DealerNotKnown``."""
    await known_dealer(unit, command.dealer_id)
    task, events = write(command.dealer_id, command.task_id, command.title, at=unit.now)
    unit.add(TASKS, task, events)
    return task
