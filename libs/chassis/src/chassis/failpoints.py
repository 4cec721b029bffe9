"""Named points at which a test may end or pause this very process.

``SEVENSTEP_FAILPOINTS`` names a folder; unset, as everywhere but in fault tests, a point costs one look at a constant.
A file ``<process>.<point>`` in that folder holds the number of a signal: the process that reaches the point removes
the file, which proves that it was reached, and sends itself the signal. So each file works once, and processes are
armed while they run.
"""

import os
from pathlib import Path
from typing import Final

ARMED: Final = os.environ.get("SEVENSTEP_FAILPOINTS", "")
_PROCESS: Final = os.environ.get("SEVENSTEP_PROCESS", "")

POINTS: Final = (
    "preparing",
    "lease-renewed",
    "before-command-write",
    "before-answer",
    "before-commit",
    "mid-batch",
    "after-inbox-insert",
    "dead-letter-write",
    "before-retry-write",
    "after-batch-commit",
    "before-offset",
    "in-rebalance",
    "mid-send",
    "after-send",
    "after-trim",
    "timer-before-commit",
    "timer-after-commit",
    "at-shutdown",
)


def reached(point: str) -> None:
    """Call as ``if failpoints.ARMED: failpoints.reached("…")``."""
    wish = Path(ARMED, f"{_PROCESS}.{point}")
    try:
        signal = int(wish.read_text())
        wish.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal)
