"""Where tasks are kept."""

from chassis.documents import Documents
from chassis.unit import Unit

from newservice.domain.task import Task

TASKS = Documents("tasks", "task", Task, id_of=lambda task: task.task_id, indexes=[("task_id",)])


async def tasks_of(unit: Unit, dealer_id: str, *, limit: int, after: str | None = None) -> list[Task]:
    """A dealer's tasks, in the order of their ids."""
    later = {"task_id": {"$gt": after}} if after else {}
    return await unit.query(TASKS, {"dealer_id": dealer_id, **later}, sort=[("task_id", 1)], limit=limit)
