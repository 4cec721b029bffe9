"""What the player saw while the days went by: ids, answers, and checks made on the spot."""

import traceback
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TOLERANCE = 0.00001
"""Figures are answered with six decimals."""


@dataclass
class Check:
    """One comparison of what must be with what was."""

    name: str
    expected: Any
    actual: Any

    @property
    def ok(self) -> bool:
        if isinstance(self.expected, float) and isinstance(self.actual, int | float):
            return abs(self.expected - self.actual) < TOLERANCE
        return self.expected == self.actual


@dataclass
class Book:
    """The player's notes. ``ids``: (dealer, key in the plan) -> visit id."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    booked_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    charged: dict[tuple[str, str], int] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    broken_by: str = ""
    """Where the player's work ended early: the traceback, else empty."""

    def check(self, name: str, expected: Any, actual: Any) -> None:
        self.checks.append(Check(name, expected, actual))

    async def to_its_end(self, name: str, work: Awaitable[None]) -> bool:
        """Whether this part of the work came to its end. What stopped it is noted as a failed check, never lost."""
        try:
            await work
        except Exception as error:
            self.broken_by = traceback.format_exc()
            self.check(name, True, f"{type(error).__name__}: {error}")
            return False
        self.check(name, True, True)
        return True
