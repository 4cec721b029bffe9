"""A job: the authorised lines of one visit from the board's first sight to the vehicle's leaving (W1-W9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.event import Event
from contracts.values import ClassHours, TechnicianHours, WorkLine
from contracts.workshop import (
    ClockCorrected,
    JobCarriedOver,
    JobDispatched,
    JobOpened,
    PauseReason,
    QualityCheckFailed,
    QualityCheckPassed,
    ReworkLinked,
    SelfCheckPassed,
    VehicleReady,
    WorkFinished,
    WorkPaused,
    WorkResumed,
    WorkStarted,
)

from workshop.domain import errors, errors_quality
from workshop.domain.check_lists import CheckItem, check_list_for
from workshop.domain.finding import Finding, FindingState
from workshop.domain.hours import by_class
from workshop.domain.job_state import JobState, state_of
from workshop.domain.line import UNFINISHED, JobLine, LineState
from workshop.domain.quality import QualityControl


@dataclass(frozen=True)
class CarryOver:
    """A night at the dealer (W8)."""

    from_day: date
    to_day: date
    remaining: tuple[ClassHours, ...]
    reason: str
    by: str


@dataclass
class Job:
    """One visit's work. Its id is the visit id. ``state`` follows from the lines and the quality control."""

    visit_id: str
    dealer_id: str
    vin: str
    plate: str
    model: str
    advisor: str
    promised_at: datetime
    waiting: bool
    booked: bool
    opened_at: datetime
    state: JobState = JobState.PENDING
    lines: list[JobLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    quality: QualityControl = field(default_factory=QualityControl)
    carry_overs: list[CarryOver] = field(default_factory=list)
    first_visit: str | None = None
    departed_at: datetime | None = None

    # -- what the customer wants (R12, R14, R11) ------------------------------------------------------------------

    def authorise(self, lines: Iterable[WorkLine], finding_id: str | None = None) -> list[Event]:
        """Exactly the lines of this authorisation come on the board; a line that is there already stays as it is."""
        if self.state is JobState.DEPARTED:
            raise errors.JobClosed
        known = {line.line_id for line in self.lines}
        new = [JobLine.of(line, finding_id) for line in lines if line.line_id not in known]
        self._decide(finding_id, FindingState.APPROVED)
        if not new:
            return []
        self.lines.extend(new)
        self.quality.reopen()
        self._settle()
        hours = by_class((line.work_class, line.planned) for line in new)
        return [JobOpened(lines=tuple(line.line_id for line in new), hours=hours)]

    def decline(self, lines: Iterable[str], finding_id: str | None = None) -> None:
        """The customer refused a finding, or takes lines back that nobody has begun (R9, R13, R14)."""
        self._decide(finding_id, FindingState.DECLINED)
        declined = set(lines)
        for line in self.lines:
            if line.line_id in declined and line.untouched:
                line.decline()
        self._settle()

    def promise(self, at: datetime) -> None:
        """Another time was promised to the customer (R11)."""
        self.promised_at = at

    # -- dispatch and clocks (W1, W3) -----------------------------------------------------------------------------

    def dispatch(
        self, line_id: str, technician: str, bay: str, dispatch_round: int, day: date, now: datetime
    ) -> list[Event]:
        """Give a line to a technician and a bay. The dispatch sheet has room for it (``DispatchSheet.enter``)."""
        self._open_line(line_id).give(technician, bay, dispatch_round, day, now)
        self._settle()
        return [JobDispatched(line_id=line_id, technician=technician, bay=bay, dispatch_round=dispatch_round)]

    def start(self, line_id: str, technician: str, now: datetime) -> list[Event]:
        self._open_line(line_id).start(technician, now)
        self._settle()
        return [WorkStarted(line_id=line_id, technician=technician)]

    def pause(self, line_id: str, technician: str, reason: PauseReason, now: datetime) -> list[Event]:
        self._open_line(line_id).pause(technician, reason, now)
        self._settle()
        return [WorkPaused(line_id=line_id, technician=technician, reason=reason)]

    def resume(self, line_id: str, technician: str, now: datetime) -> list[Event]:
        self._open_line(line_id).resume(technician, now)
        self._settle()
        return [WorkResumed(line_id=line_id, technician=technician)]

    def finish(self, line_id: str, technician: str, now: datetime) -> list[Event]:
        line = self._open_line(line_id)
        line.finish(technician, now)
        self._settle()
        return [WorkFinished(line_id=line_id, technician=technician, worked=line.worked(now), flat_rate=line.flat_rate)]

    def correct_clock(
        self, line_id: str, technician: str, after: TechnicianHours, by: str, reason: str, now: datetime
    ) -> list[Event]:
        """Also after the vehicle left: a wrong clock may be seen late (W3)."""
        done = self.line(line_id).correct(technician, after, by, reason, now)
        return [
            ClockCorrected(line_id=line_id, technician=technician, before=done.before, after=done.after, reason=reason)
        ]

    # -- additional findings and the night (W6, W8) ---------------------------------------------------------------

    def find_more(self, finding: Finding) -> list[Event]:
        """The rest of the job goes on; the customer is asked by reception (R14)."""
        self._refuse_when_departed()
        if finding.line_id is not None:
            self.line(finding.line_id)
        self.findings.append(finding)
        return [finding.announced()]

    def carry_over(
        self, from_day: date, to_day: date, reason: str, by: str, now: datetime, left: Mapping[str, TechnicianHours]
    ) -> list[Event]:
        """The unfinished lines stay overnight and are dispatched anew; ``left`` overrules what is reckoned per line."""
        self._refuse_when_departed()
        if to_day <= from_day:
            raise errors.DayIsPast(to_day, from_day)
        if not self.unfinished:
            raise errors.NothingToCarryOver
        self._refuse_running_clocks()
        for line_id, hours in left.items():
            line = self.line(line_id)
            line.refuse_when_over()
            line.expect(hours, now)
        remaining = by_class((line.work_class, line.remaining(now)) for line in self.unfinished)
        for line in self.unfinished:
            line.put_off()
        self.carry_overs.append(CarryOver(from_day, to_day, remaining, reason, by))
        self._settle()
        return [JobCarriedOver(from_day=from_day, to_day=to_day, remaining=remaining, reason=reason)]

    # -- quality control (W7) -------------------------------------------------------------------------------------

    def self_check(self, technician: str, now: datetime) -> list[Event]:
        self._refuse_when_departed()
        self._refuse_unfinished()
        new = self.quality.self_check(technician, self.technicians, now)
        self._settle()
        return [SelfCheckPassed(technician=technician)] if new else []

    def pass_quality(self, inspector: str, road_test: bool, checked: Iterable[str], now: datetime) -> list[Event]:
        """Second stage, by somebody who did none of the work, over the whole check list."""
        self._admit(inspector)
        self.quality.pass_(inspector, road_test, checked, self.check_list, now)
        self._settle()
        return [QualityCheckPassed(inspector=inspector, road_test=road_test)]

    def fail_quality(
        self, inspector: str, lines: Iterable[str], reason: str, expected: TechnicianHours, now: datetime
    ) -> list[Event]:
        """The named lines go back to their technicians, each with ``expected`` more hours; the failure is counted."""
        self._admit(inspector)
        failed = tuple(dict.fromkeys(lines))
        if not failed or not reason.strip():
            raise errors_quality.FailureNeedsLinesAndReason
        returned = [self.line(line_id) for line_id in failed]
        for line in returned:
            if line.state is LineState.DECLINED:
                raise errors.LineDeclined(line.line_id)
        redo = {line.dispatch.technician for line in returned if line.dispatch}
        for line in returned:
            line.send_back(expected, now)
        self.quality.fail(inspector, failed, reason, redo, now)
        self._settle()
        failures = len(self.quality.failures)
        return [QualityCheckFailed(inspector=inspector, lines=failed, reason=reason, failures=failures)]

    def wash(self, by: str, now: datetime) -> None:
        self._refuse_when_departed()
        self.quality.washed(by, now)
        self._settle()

    def inspect_cleanliness(self, clean: bool, now: datetime) -> list[Event]:
        """Clean: the vehicle is ready. Not clean: it is washed again."""
        self._refuse_when_departed()
        ready = self.quality.inspect_cleanliness(clean, now)
        self._settle()
        return [VehicleReady(lines=tuple(line.line_id for line in self.live_lines))] if ready else []

    # -- rework and leaving (W9, R16) -----------------------------------------------------------------------------

    def link_rework(self, first_visit: str, days_between: int) -> list[Event]:
        """This job mends what an earlier visit should have (W9); linked once, whatever is learned later."""
        if self.first_visit is not None:
            return []
        self.first_visit = first_visit
        return [ReworkLinked(first_visit=first_visit, days_between=days_between)]

    def depart(self, at: datetime) -> None:
        """The vehicle is back with the customer (R16)."""
        if self.state not in (JobState.READY_FOR_PICKUP, JobState.CANCELLED, JobState.DEPARTED):
            raise errors.JobNotReady(self.state)
        self.departed_at = self.departed_at or at
        self._settle()

    # -- what others ask ------------------------------------------------------------------------------------------

    def line(self, line_id: str) -> JobLine:
        found = next((line for line in self.lines if line.line_id == line_id), None)
        if found is None:
            raise errors.LineUnknown(line_id)
        return found

    @property
    def live_lines(self) -> list[JobLine]:
        """All but those the customer took back."""
        return [line for line in self.lines if line.state is not LineState.DECLINED]

    @property
    def unfinished(self) -> list[JobLine]:
        return [line for line in self.lines if line.state in UNFINISHED]

    @property
    def technicians(self) -> set[str]:
        """Everybody who worked on this job: they check themselves, and may not inspect it (W7)."""
        return {technician for line in self.live_lines for technician in line.technicians}

    @property
    def check_list(self) -> tuple[CheckItem, ...]:
        return check_list_for({line.work_class for line in self.live_lines})

    @property
    def carried_to(self) -> date | None:
        """The day the unfinished lines were carried to; None when nothing is left of it (W8)."""
        return self.carry_overs[-1].to_day if self.carry_overs and self.unfinished else None

    def remaining(self, now: datetime) -> tuple[ClassHours, ...]:
        return by_class((line.work_class, line.remaining(now)) for line in self.unfinished)

    # -- inside ---------------------------------------------------------------------------------------------------

    def _open_line(self, line_id: str) -> JobLine:
        self._refuse_when_departed()
        return self.line(line_id)

    def _refuse_when_departed(self) -> None:
        if self.state is JobState.DEPARTED:
            raise errors.JobClosed

    def _refuse_running_clocks(self) -> None:
        if running := [line.line_id for line in self.lines if line.state is LineState.IN_PROGRESS]:
            raise errors.ClocksStillRun(running)

    def _refuse_unfinished(self) -> None:
        if self.state is JobState.CANCELLED:
            raise errors.JobCancelled
        if unfinished := [line.line_id for line in self.unfinished]:
            raise errors_quality.WorkUnfinished(unfinished)

    def _admit(self, inspector: str) -> None:
        self._refuse_when_departed()
        self._refuse_unfinished()
        self.quality.admit(inspector, self.technicians)

    def _decide(self, finding_id: str | None, answer: FindingState) -> None:
        for finding in self.findings:
            if finding.finding_id == finding_id:
                finding.decide(answer)

    def _settle(self) -> None:
        self_checked = not self.quality.missing_self_checks(self.technicians)
        self.state = state_of(self.live_lines, self.quality, self_checked, self.departed_at)
