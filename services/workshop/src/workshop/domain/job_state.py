"""What a job is called on the board; it follows from its lines and its quality control (W2)."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from workshop.domain.line import JobLine, LineState
from workshop.domain.quality import QualityControl


class JobState(StrEnum):
    """The lines' words for the work (STAR), then the steps of quality control, then STAR's words for leaving."""

    PENDING = "PENDING"
    DISPATCHED = "DISPATCHED"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    COMPLETED = "COMPLETED"
    SELF_CHECKED = "SELF_CHECKED"
    QUALITY_PASSED = "QUALITY_PASSED"
    WASHED = "WASHED"
    READY_FOR_PICKUP = "READY_FOR_PICKUP"
    DEPARTED = "DEPARTED"
    CANCELLED = "CANCELLED"


OPEN_STATES = tuple(state for state in JobState if state not in (JobState.DEPARTED, JobState.CANCELLED))
_MOST_ACTIVE_FIRST = (LineState.IN_PROGRESS, LineState.ON_HOLD, LineState.DISPATCHED, LineState.PENDING)


def state_of(
    live_lines: Collection[JobLine], quality: QualityControl, self_checked: bool, departed_at: datetime | None
) -> JobState:
    """The furthest step of leaving and quality control reached, else the most active of the lines' states."""
    steps = (
        (departed_at, JobState.DEPARTED),
        (quality.ready_at, JobState.READY_FOR_PICKUP),
        (quality.wash, JobState.WASHED),
        (quality.passed, JobState.QUALITY_PASSED),
        (not live_lines, JobState.CANCELLED),
    )
    for reached, state in steps:
        if reached:
            return state
    for state in _MOST_ACTIVE_FIRST:
        if any(line.state is state for line in live_lines):
            return JobState(state)
    return JobState.SELF_CHECKED if self_checked else JobState.COMPLETED
