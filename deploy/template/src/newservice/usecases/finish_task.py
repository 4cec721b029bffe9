"""Somebody has done it."""

from dataclasses import dataclass

from chassis.unit import Unit

from newservice.domain.task import Task
from newservice.storage.tasks import TASKS


@dataclass(frozen=True, slots=True)
class FinishTask:
    task_id: str


async def finish_task(unit: Unit, command: FinishTask) -> Task:
    """Closes the task. Raises ``Unknown`` and ``TaskAlreadyFinished``."""
    task = await unit.get(TASKS, command.task_id)
    unit.save(TASKS, task, task.finish(at=unit.now))
    return task
