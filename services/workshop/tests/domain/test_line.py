"""A line's clock: start, pause, resume, finish, correction, and what is out of turn (W3)."""

import pytest
from contracts.workshop import (
    ClockCorrected,
    PauseReason,
    WorkFinished,
    WorkPaused,
    WorkResumed,
    WorkStarted,
)
from workshop.domain import errors, errors_quality
from workshop.domain.job_state import JobState
from workshop_builders import (
    MONDAY,
    TUESDAY,
    a_dispatched_job,
    a_finished_job,
    a_job,
    at,
    hours,
)


def test_start_pause_resume_and_finish_each_say_so():
    """W3."""
    job = a_dispatched_job()
    told = [
        *job.start("L1", "sean", at(0)),
        *job.pause("L1", "sean", PauseReason.PARTS, at(1)),
        *job.resume("L1", "sean", at(3)),
        *job.finish("L1", "sean", at(3.5)),
    ]
    assert told == [
        WorkStarted(line_id="L1", technician="sean"),
        WorkPaused(line_id="L1", technician="sean", reason=PauseReason.PARTS),
        WorkResumed(line_id="L1", technician="sean"),
        WorkFinished(line_id="L1", technician="sean", worked=hours(1.5), flat_rate=hours(2)),
    ]
    assert job.state is JobState.COMPLETED


def test_the_clock_stands_while_work_is_paused():
    """W3."""
    job = a_dispatched_job()
    job.start("L1", "sean", at(0))
    job.pause("L1", "sean", PauseReason.AUTHORISATION, at(0.5))
    assert job.line("L1").worked(at(7)) == hours(0.5)
    assert job.line("L1").remaining(at(7)) == hours(1.5)
    assert job.state is JobState.ON_HOLD


def test_a_line_cannot_be_started_before_it_was_dispatched():
    """W1, W3."""
    with pytest.raises(errors.LineNotDispatched):
        a_job().start("L1", "sean", at(0))


def test_only_the_technician_it_was_given_to_starts_a_line():
    """W1, W3."""
    with pytest.raises(errors.LineOfAnother):
        a_dispatched_job().start("L1", "tim", at(0))


@pytest.mark.parametrize(
    ("step", "refusal"),
    [
        (lambda job: job.start("L1", "sean", at(2)), errors.LineInProgress),
        (lambda job: job.resume("L1", "sean", at(2)), errors.LineNotOnHold),
        (lambda job: job.dispatch("L1", "tim", "bay-1", 2, MONDAY, at(2)), errors.LineInProgress),
        (lambda job: job.finish("L1", "tim", at(2)), errors.LineOfAnother),
        (lambda job: job.pause("L1", "tim", PauseReason.PARTS, at(2)), errors.LineOfAnother),
        (lambda job: job.carry_over(MONDAY, TUESDAY, "parts", "anna", at(2), {}), errors.ClocksStillRun),
        (lambda job: job.self_check("sean", at(2)), errors_quality.WorkUnfinished),
        (lambda job: job.wash("wang", at(2)), errors_quality.QualityNotPassed),
        (lambda job: job.depart(at(2)), errors.JobNotReady),
    ],
)
def test_a_line_in_progress_refuses_what_is_out_of_turn(step, refusal):
    """W3, W7, W8: named errors."""
    job = a_dispatched_job()
    job.start("L1", "sean", at(0))
    with pytest.raises(refusal):
        step(job)


def test_a_paused_line_is_resumed_and_not_started():
    """W3."""
    job = a_dispatched_job()
    job.start("L1", "sean", at(0))
    job.pause("L1", "sean", PauseReason.EQUIPMENT, at(1))
    with pytest.raises(errors.LineOnHold):
        job.start("L1", "sean", at(2))
    with pytest.raises(errors.LineNotInProgress):
        job.finish("L1", "sean", at(2))


def test_a_paused_line_may_go_to_another_technician_and_both_times_count():
    """W1, W3."""
    job = a_dispatched_job()
    job.start("L1", "sean", at(0))
    job.pause("L1", "sean", PauseReason.TECHNICIAN, at(1))
    job.dispatch("L1", "tim", "bay-1", 2, MONDAY, at(1))
    job.start("L1", "tim", at(2))
    job.finish("L1", "tim", at(2.5))
    assert job.line("L1").worked_by("tim", at(3)) == hours(0.5)
    assert job.line("L1").worked(at(3)) == hours(1.5)
    assert job.technicians == {"sean", "tim"}


def test_a_finished_line_is_not_begun_again():
    """W3, W7: only a failed quality check opens it."""
    with pytest.raises(errors.LineAlreadyFinished):
        a_finished_job().start("L1", "sean", at(5))


def test_a_clock_is_corrected_with_who_and_why():
    """W3."""
    job = a_finished_job()
    events = job.correct_clock("L1", "sean", hours(1.5), "shen", "forgot to clock on after lunch", at(3))
    assert events == [
        ClockCorrected(
            line_id="L1",
            technician="sean",
            before=hours(1),
            after=hours(1.5),
            reason="forgot to clock on after lunch",
        )
    ]
    assert job.line("L1").worked(at(9)) == hours(1.5)
    assert job.line("L1").corrections[0].by == "shen"


def test_a_running_clock_is_not_corrected():
    """W3."""
    job = a_dispatched_job()
    job.start("L1", "sean", at(0))
    with pytest.raises(errors.LineInProgress):
        job.correct_clock("L1", "sean", hours(1), "shen", "wrong", at(1))


def test_the_time_of_somebody_who_never_worked_on_a_line_is_not_corrected():
    """W3."""
    with pytest.raises(errors.NeverWorkedOnLine):
        a_finished_job().correct_clock("L1", "tim", hours(1), "shen", "wrong", at(3))
