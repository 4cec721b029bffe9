"""Measured values of one side and of both: rates, CPU seconds, medians, percentiles, ratios."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from bench.processes import cpu_seconds


class CheckFailed(Exception):
    """The stores do not hold what was done: something was lost or done twice. The figures are worth nothing."""


def check(right: bool, what: str) -> None:
    """Raises ``CheckFailed`` unless it is right."""
    if not right:
        raise CheckFailed(what)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass
class Side:
    """One side's rounds: operations a second, and CPU in microseconds for each operation, ours and the store's."""

    per_s: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    store_cpu_us: list[float] = field(default_factory=list)

    def add(self, spent: "Spent", operations: int) -> None:
        self.per_s.append(operations / spent.seconds)
        self.cpu_us.append(spent.cpu_s / operations * 1e6)
        self.store_cpu_us.append(spent.store_cpu_s / operations * 1e6)

    @property
    def rate(self) -> float:
        return statistics.median(self.per_s)

    @property
    def cpu(self) -> float:
        return statistics.median(self.cpu_us)

    @property
    def store_cpu(self) -> float:
        return statistics.median(self.store_cpu_us)


@dataclass
class Spent:
    """What a stretch of work took, filled when it ends."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    store_cpu_s: float = 0.0


@contextmanager
def spending(pids: Sequence[int], store: Sequence[int]) -> Iterator[Spent]:
    """Wall time, and CPU time of these processes and of the store's."""
    spent, began = Spent(), perf_counter()
    cpu, store_cpu = cpu_seconds(pids), cpu_seconds(store)
    yield spent
    spent.seconds = spent.seconds or perf_counter() - began
    spent.cpu_s = cpu_seconds(pids) - cpu
    spent.store_cpu_s = cpu_seconds(store) - store_cpu


def ratio(ours: Side, raw: Side) -> float:
    """The median of the rounds' quotients: both sides of a round ran one after the other."""
    return statistics.median(mine / theirs for mine, theirs in zip(ours.per_s, raw.per_s, strict=True))


@dataclass
class Row:
    """One line of the table: what was compared, the keys it yields, and both sides where there are two."""

    what: str
    keys: dict[str, float]
    sides: Mapping[str, Side] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    """Further figures, for the analysis."""
