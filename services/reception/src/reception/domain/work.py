"""What reception follows of the work: progress by line, findings, quality, readiness (R14-R16)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.values import ClassHours, PartLine
from contracts.workshop import Urgency


class LineState(StrEnum):
    """The trade's words for a labour operation (STAR)."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True)
class LineProgress:
    """How far a line is; ``reason`` says why it stands."""

    state: LineState
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class LineTimes:
    """R7: when a line was begun first and finished last."""

    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Finding:
    """Additional work that the technician found (W6). ``cause`` is the workshop's own text."""

    finding_id: str
    line_id: str | None
    cause: str
    urgency: Urgency
    hours: ClassHours
    parts: tuple[PartLine, ...]
    found_at: datetime


@dataclass
class Work:
    """The workshop's side of a repair order, as its facts told."""

    lines: dict[str, LineProgress] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    times: dict[str, LineTimes] = field(default_factory=dict)
    qc_passed_at: datetime | None = None
    qc_inspector: str | None = None
    road_tested: bool = False
    qc_failures: int = 0
    ready_at: datetime | None = None
    ready_lines: tuple[str, ...] = ()

    def progress(self, line_id: str, state: LineState, at: datetime, reason: str = "") -> None:
        """R15: how far a line is now."""
        self.lines[line_id] = LineProgress(state, at, reason)
        known = self.times.get(line_id, LineTimes())
        if state is LineState.IN_PROGRESS:
            self.times[line_id] = LineTimes(known.started_at or at, None)
        elif state is LineState.COMPLETED:
            self.times[line_id] = LineTimes(known.started_at, at)

    def found(self, finding: Finding) -> None:
        """R14: more work to ask the customer for."""
        self.findings.append(finding)

    def quality_failed(self, lines: Sequence[str], at: datetime) -> None:
        """W7: the named lines are to be done again."""
        self.qc_failures += 1
        for line_id in lines:
            self.progress(line_id, LineState.PENDING, at, "QUALITY")

    def quality_passed(self, at: datetime, inspector: str | None = None, road_tested: bool = False) -> None:
        """W7: the proof of quality control that stands on the repair order (R7)."""
        self.qc_passed_at, self.qc_inspector, self.road_tested = at, inspector, road_tested

    def ready(self, lines: Sequence[str], at: datetime) -> None:
        """W7: the vehicle may be handed over with these lines done."""
        self.ready_at, self.ready_lines = at, tuple(lines)

    def more(self) -> None:
        """W7: more work goes to the workshop: quality control and wash are made again, and the release is over."""
        self.ready_lines = ()

    @property
    def begun(self) -> set[str]:
        """Lines on which somebody works or worked."""
        return {line for line, progress in self.lines.items() if progress.state is not LineState.PENDING}

    @property
    def done(self) -> set[str]:
        """Lines that were finished."""
        return {line for line, progress in self.lines.items() if progress.state is LineState.COMPLETED}
