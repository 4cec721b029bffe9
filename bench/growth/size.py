"""How large the networks are, and how often they are asked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """``dealers`` of each network, the smallest first. Each dealer has ``days`` days with ``a_day`` appointments."""

    name: str
    dealers: tuple[int, ...]
    days: int
    a_day: int
    rounds: int
    stretches: int
    """Of one round; networks take turns in each."""
    asked: int
    """Times each question is asked in a stretch."""


FULL = Size("full", (10, 1_000, 10_000), 33, 6, 5, 10, 30)
QUICK = Size("quick", (10, 100, 500), 33, 6, 3, 5, 20)
TINY = Size("tiny", (2, 4, 8), 31, 3, 1, 2, 5)

SIZES = {size.name: size for size in (FULL, QUICK, TINY)}
