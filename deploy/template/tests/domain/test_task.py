"""A task is finished once."""

from datetime import UTC, datetime

import pytest
from newservice.domain.errors import TaskAlreadyFinished
from newservice.domain.task import write

MORNING = datetime(2025, 6, 23, 8, 0, tzinfo=UTC)
NOON = datetime(2025, 6, 23, 12, 0, tzinfo=UTC)


def test_a_new_task_is_open():
    task, _ = write("SH001", "t1", "Order paint", at=MORNING)
    assert task.finished_at is None


def test_a_finished_task_cannot_be_finished_again():
    task, _ = write("SH001", "t1", "Order paint", at=MORNING)
    task.finish(at=NOON)
    with pytest.raises(TaskAlreadyFinished):
        task.finish(at=NOON)
    assert task.finished_at == NOON
