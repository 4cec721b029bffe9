"""What callers asked for and what they were told: the history that everything else is compared with."""

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from chassis.ids import derived_id

Body = dict[str, Any]


class Outcome(StrEnum):
    """What the caller knows in the end."""

    OPEN = "OPEN"
    """He still tries."""
    OK = "OK"
    FAIL = "FAIL"
    """Refused: nothing may have happened."""
    UNKNOWN = "UNKNOWN"
    """No answer, and he did not try again: it happened wholly or not at all."""


@dataclass(frozen=True)
class Attempt:
    """One sending. ``status`` 0: no answer, ``problem`` says why. Times in seconds since the history's beginning."""

    began: float
    took: float
    status: int
    problem: str = ""
    told_when: bool = True
    """A 503 said in ``Retry-After`` when to come again."""


@dataclass
class Operation:
    """One command with all its sendings under one ``Idempotency-Key``."""

    number: int
    visit: str
    """The visit it is about; of a booking it is known beforehand, for it is derived from the key."""
    dealer: str
    service: str
    path: str
    key: str
    subject: str
    body: Body
    attempts: list[Attempt] = field(default_factory=list)
    outcome: Outcome = Outcome.OPEN
    answer: Body = field(default_factory=dict)
    version: int = 0
    """The document's version that the answer named."""

    @property
    def record(self) -> str:
        """Under this the service keeps the answer with the document."""
        return derived_id("command", *self._cause)

    @property
    def makes(self) -> str:
        """The id of what it makes, if it makes anything."""
        return derived_id(*self._cause)

    @property
    def _cause(self) -> tuple[str, ...]:
        return (self.subject, "POST", self.path, self.key)

    @property
    def began(self) -> float:
        return self.attempts[0].began if self.attempts else 0.0

    @property
    def ended(self) -> float:
        last = self.attempts[-1] if self.attempts else None
        return last.began + last.took if last else 0.0

    @property
    def said(self) -> str:
        """One line of a story."""
        tries = ", ".join(
            f"{attempt.began:.2f}+{attempt.took:.2f}s {attempt.status or attempt.problem}" for attempt in self.attempts
        )
        return f"#{self.number} {self.service} POST {self.path} key {self.key}: {self.outcome} ({tries})"


class History:
    """All operations of a run, as they are asked and answered."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._began = time.monotonic()
        self._lock = threading.Lock()

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self.since(time.monotonic())

    def since(self, monotonic: float) -> float:
        """Seconds from the beginning to another moment of the same clock."""
        return monotonic - self._began

    def invoke(
        self, service: str, path: str, body: Body, *, key: str, subject: str, dealer: str, visit: str
    ) -> Operation:
        """Somebody begins to ask."""
        with self._lock:
            number = len(self.operations)
            operation = Operation(number, visit, dealer, service, path, key, subject, body)
            operation.visit = visit or operation.makes
            self.operations.append(operation)
        return operation

    def attempts(self) -> Iterable[tuple[Operation, Attempt]]:
        """Every single sending."""
        for operation in list(self.operations):
            for attempt in list(operation.attempts):
                yield operation, attempt

    def counted(self) -> dict[str, int]:
        """How many operations ended how."""
        found = dict.fromkeys((outcome.value for outcome in Outcome), 0)
        for operation in self.operations:
            found[operation.outcome.value] += 1
        return found

    def write(self, path: Path) -> None:
        """One JSON line for each operation, to be read after a failed run."""
        with path.open("w") as out:
            for operation in self.operations:
                out.write(json.dumps(asdict(operation) | {"outcome": operation.outcome.value}, default=str) + "\n")
