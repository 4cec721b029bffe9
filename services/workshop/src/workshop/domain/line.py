"""One authorised line on the workshop's board: its state, who has it, and the time worked on it (W1, W3)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from contracts.values import NO_HOURS, PartLine, TechnicianHours, WorkClass, WorkLine
from contracts.workshop import PauseReason

from workshop.domain import errors
from workshop.domain.hours import total


class LineState(StrEnum):
    """STAR's LaborOperationStatusTypes, as far as the workshop's own steps go."""

    PENDING = "PENDING"
    DISPATCHED = "DISPATCHED"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"


UNFINISHED = (LineState.PENDING, LineState.DISPATCHED, LineState.IN_PROGRESS, LineState.ON_HOLD)


@dataclass(frozen=True)
class Dispatch:
    """Who works the line, where, on which day and in which of its rounds (W1)."""

    technician: str
    bay: str
    dispatch_round: int
    day: date
    worked_before: TechnicianHours = NO_HOURS
    """What had been worked on the line when it was given."""


@dataclass
class Stint:
    """From a start or resume to the next pause or finish; ``stopped_at`` None: the clock runs (W3)."""

    technician: str
    started_at: datetime
    stopped_at: datetime | None = None
    reason: PauseReason | None = None

    def seconds(self, now: datetime) -> int:
        return int(((self.stopped_at or now) - self.started_at).total_seconds())


@dataclass(frozen=True)
class Correction:
    """A worked time set right, with who and why (W3)."""

    technician: str
    before: TechnicianHours
    after: TechnicianHours
    by: str
    reason: str
    at: datetime


@dataclass
class JobLine:
    """A line of the job. ``flat_rate`` is what was sold, ``planned`` what the foreman now reckons with."""

    line_id: str
    operation: str
    title: str
    work_class: WorkClass
    flat_rate: TechnicianHours
    planned: TechnicianHours
    parts: tuple[PartLine, ...] = ()
    finding_id: str | None = None
    state: LineState = LineState.PENDING
    dispatch: Dispatch | None = None
    hold: PauseReason | None = None
    stints: list[Stint] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    reworks: int = 0
    finished_at: datetime | None = None

    @classmethod
    def of(cls, line: WorkLine, finding_id: str | None) -> "JobLine":
        return cls(
            line_id=line.line_id,
            operation=line.operation,
            title=line.title,
            work_class=line.work_class,
            flat_rate=line.hours,
            planned=line.hours,
            parts=line.parts,
            finding_id=finding_id,
        )

    @property
    def technicians(self) -> set[str]:
        """Everybody who ever clocked on this line."""
        return {stint.technician for stint in self.stints}

    @property
    def untouched(self) -> bool:
        """Nobody has worked on it yet."""
        return not self.stints and self.state in (LineState.PENDING, LineState.DISPATCHED)

    def worked_by(self, technician: str, now: datetime) -> TechnicianHours:
        """Whole minutes of one technician on this line up to ``now``, corrections included (W3)."""
        seconds = sum(stint.seconds(now) for stint in self.stints if stint.technician == technician)
        corrected = sum(c.after.minutes - c.before.minutes for c in self.corrections if c.technician == technician)
        return TechnicianHours(minutes=seconds // 60 + corrected)

    def worked(self, now: datetime) -> TechnicianHours:
        """Whole minutes of all technicians on this line up to ``now`` (W3)."""
        return total(self.worked_by(technician, now) for technician in self.technicians)

    def remaining(self, now: datetime) -> TechnicianHours:
        """What is left of the planned hours; nothing once the line is finished or declined (W2, W8)."""
        if self.state not in UNFINISHED:
            return NO_HOURS
        return TechnicianHours(minutes=max(0, (self.planned - self.worked(now)).minutes))

    def worked_since_dispatch(self, now: datetime) -> TechnicianHours:
        return self.worked(now) - (self.dispatch.worked_before if self.dispatch else NO_HOURS)

    def give(self, technician: str, bay: str, dispatch_round: int, day: date, now: datetime) -> None:
        """To a technician and a bay, the first time or anew (W1)."""
        self.refuse_when_over()
        self.refuse_while_running()
        self.dispatch = Dispatch(technician, bay, dispatch_round, day, self.worked(now))
        self.state, self.hold = LineState.DISPATCHED, None

    def start(self, technician: str, now: datetime) -> None:
        self.refuse_when_over()
        self.refuse_while_running()
        self._must_belong_to(technician)
        if self.state is LineState.ON_HOLD:
            raise errors.LineOnHold(self.line_id)
        self._run(technician, now)

    def resume(self, technician: str, now: datetime) -> None:
        self.refuse_when_over()
        if self.state is not LineState.ON_HOLD:
            raise errors.LineNotOnHold(self.line_id, self.state)
        self._must_belong_to(technician)
        self._run(technician, now)

    def pause(self, technician: str, reason: PauseReason, now: datetime) -> None:
        self._running(technician).stopped_at = now
        self.stints[-1].reason = reason
        self.state, self.hold = LineState.ON_HOLD, reason

    def finish(self, technician: str, now: datetime) -> None:
        self._running(technician).stopped_at = now
        self.state, self.finished_at = LineState.COMPLETED, now

    def correct(self, technician: str, after: TechnicianHours, by: str, reason: str, now: datetime) -> Correction:
        """The technician's time on this line becomes ``after``; the clock must stand (W3)."""
        self.refuse_while_running()
        if technician not in self.technicians:
            raise errors.NeverWorkedOnLine(technician, self.line_id)
        correction = Correction(technician, self.worked_by(technician, now), after, by, reason, now)
        self.corrections.append(correction)
        return correction

    def send_back(self, expected: TechnicianHours, now: datetime) -> None:
        """A failed quality check: the same technician mends it, ``expected`` more hours are planned (W7)."""
        self.state, self.finished_at = LineState.DISPATCHED, None
        self.reworks += 1
        self.planned = self.worked(now) + expected

    def put_off(self) -> None:
        """Carried over: it is dispatched anew on the other day (W8)."""
        self.state, self.dispatch, self.hold = LineState.PENDING, None, None

    def expect(self, remaining: TechnicianHours, now: datetime) -> None:
        """The foreman's own estimate of what is left, for example of a line over its flat rate."""
        self.planned = self.worked(now) + remaining

    def decline(self) -> None:
        self.state, self.dispatch, self.hold = LineState.DECLINED, None, None

    def refuse_when_over(self) -> None:
        if self.state is LineState.COMPLETED:
            raise errors.LineAlreadyFinished(self.line_id)
        if self.state is LineState.DECLINED:
            raise errors.LineDeclined(self.line_id)

    def refuse_while_running(self) -> None:
        if self.state is LineState.IN_PROGRESS:
            raise errors.LineInProgress(self.line_id, self.stints[-1].technician)

    def _must_belong_to(self, technician: str) -> None:
        if self.dispatch is None:
            raise errors.LineNotDispatched(self.line_id)
        if self.dispatch.technician != technician:
            raise errors.LineOfAnother(self.line_id, self.dispatch.technician)

    def _run(self, technician: str, now: datetime) -> None:
        self.stints.append(Stint(technician, now))
        self.state, self.hold = LineState.IN_PROGRESS, None

    def _running(self, technician: str) -> Stint:
        self.refuse_when_over()
        if self.state is not LineState.IN_PROGRESS:
            raise errors.LineNotInProgress(self.line_id, self.state)
        self._must_belong_to(technician)
        return self.stints[-1]
