"""/dealers/{dealer_id}/tasks: what has to be done, and that it is done."""

from datetime import datetime
from typing import Annotated

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.paging import Listing, Page, paging
from contracts.values import DealerId
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from newservice.domain.task import Task
from newservice.storage.tasks import TASKS, tasks_of
from newservice.usecases.finish_task import FinishTask
from newservice.usecases.finish_task import finish_task as finish
from newservice.usecases.write_task import WriteTask
from newservice.usecases.write_task import write_task as write

router = APIRouter(prefix="/dealers/{dealer_id}/tasks", tags=["tasks"])
WORKERS = ("advisor", "manager")


class TaskBody(BaseModel):
    """What is written down."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"title": "Order paint"}]})

    title: str = Field(min_length=1, max_length=200)


class TaskReceipt(BaseModel):
    """The answer to a command; it is kept with the task, so it holds no free text."""

    task_id: str
    finished: bool

    @classmethod
    def of(cls, task: Task) -> "TaskReceipt":
        return cls(task_id=task.task_id, finished=task.finished_at is not None)


class TaskOut(TaskReceipt):
    """A task as it is read."""

    title: str
    written_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, task: Task) -> "TaskOut":
        return cls(
            task_id=task.task_id,
            finished=task.finished_at is not None,
            title=task.title,
            written_at=task.written_at,
            finished_at=task.finished_at,
        )


@router.post("", status_code=201, response_model=TaskReceipt, summary="Write a task")
async def write_task(
    dealer_id: DealerId, body: TaskBody, call: Annotated[Call, Depends(command(*WORKERS))]
) -> Response:
    """The same `Idempotency-Key` makes the same task. 404 `dealer-not-known` before the dealer is registered."""
    wanted = WriteTask(dealer_id, call.derived_id(), body.title)
    return await call.perform(TASKS, wanted.task_id, lambda unit: write(unit, wanted), TaskReceipt.of)


@router.post("/{task_id}/finish", response_model=TaskReceipt, summary="Finish a task")
async def finish_task(dealer_id: DealerId, task_id: str, call: Annotated[Call, Depends(command(*WORKERS))]) -> Response:
    """409 `task-already-finished`: somebody was faster."""
    wanted = FinishTask(task_id)
    return await call.perform(TASKS, task_id, lambda unit: finish(unit, wanted), TaskReceipt.of)


@router.get("/{task_id}", response_model=TaskOut, summary="One task")
async def read_task(dealer_id: DealerId, task_id: str, look: Annotated[Look, Depends(reader(*WORKERS))]) -> TaskOut:
    """`ETag` is its version."""
    task = await look.unit.get(TASKS, task_id)
    look.etag(TASKS, task_id)
    return TaskOut.of(task)


@router.get("", response_model=Listing[TaskOut], summary="A dealer's tasks")
async def list_tasks(
    dealer_id: DealerId,
    look: Annotated[Look, Depends(reader(*WORKERS))],
    page: Annotated[Page, Depends(paging)],
) -> Listing[TaskOut]:
    """In the order of their ids, which is the order in which they were written."""
    found = await tasks_of(look.unit, dealer_id, limit=page.limit + 1, after=page.after)
    return page.listing(found, TaskOut.of, key=lambda task: task.task_id)
