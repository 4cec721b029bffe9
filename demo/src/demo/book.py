"""What the player saw while the days went by: ids, answers, and checks made on the spot."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Check:
    """One comparison of what must be with what was."""

    name: str
    expected: Any
    actual: Any

    @property
    def ok(self) -> bool:
        if isinstance(self.expected, float) and isinstance(self.actual, int | float):
            return abs(self.expected - self.actual) < 0.005
        return self.expected == self.actual


@dataclass
class Book:
    """The player's notes. ``ids``: (dealer, key in the plan) -> visit id."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    booked_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    charged: dict[tuple[str, str], int] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def check(self, name: str, expected: Any, actual: Any) -> None:
        self.checks.append(Check(name, expected, actual))
