"""A task: something that a dealer's people have to do. An example of an aggregate."""

from dataclasses import dataclass
from datetime import datetime

from contracts.event import Event

from newservice.domain.errors import TaskAlreadyFinished


@dataclass
class Task:
    """Open until somebody finishes it, once."""

    dealer_id: str
    task_id: str
    title: str
    written_at: datetime
    finished_at: datetime | None = None

    def finish(self, *, at: datetime) -> list[Event]:
        """Answers the facts to announce. Raises ``TaskAlreadyFinished``."""
        if self.finished_at is not None:
            raise TaskAlreadyFinished(f"task {self.task_id} was finished at {self.finished_at}: write a new one")
        self.finished_at = at
        return []


def write(dealer_id: str, task_id: str, title: str, *, at: datetime) -> tuple[Task, list[Event]]:
    """A new task, and the facts to announce."""
    return Task(dealer_id, task_id, title, written_at=at), []
