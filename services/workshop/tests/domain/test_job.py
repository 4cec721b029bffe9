"""The job on the board: authorised lines, findings, the night, leaving (W1, W6, W8)."""

import pytest
from contracts.values import ClassHours, WorkClass
from contracts.workshop import (
    AdditionalWorkFound,
    JobCarriedOver,
    JobDispatched,
    JobOpened,
    PauseReason,
)
from workshop.domain import errors, errors_quality
from workshop.domain.finding import FindingState
from workshop.domain.job_state import JobState
from workshop.domain.line import LineState
from workshop_builders import (
    MONDAY,
    TUESDAY,
    a_dispatched_job,
    a_finding,
    a_finished_job,
    a_job,
    a_passed_job,
    a_ready_job,
    a_work_line,
    at,
    hours,
)

GR = WorkClass.GR


def test_authorised_lines_open_the_job_with_their_hours_by_class():
    """W1, R12."""
    job = a_job()
    events = job.authorise([a_work_line("L2", 1.5, GR), a_work_line("L3", 0.5, GR)])
    assert events == [JobOpened(lines=("L2", "L3"), hours=(ClassHours(work_class=GR, hours=hours(2)),))]
    assert [line.state for line in job.lines] == [LineState.PENDING] * 3
    assert job.state is JobState.PENDING


def test_a_line_that_is_on_the_board_already_does_not_come_twice():
    """R12: a later estimate version may name a line of an earlier one."""
    job = a_dispatched_job()
    events = job.authorise([a_work_line("L1"), a_work_line("L2")])
    assert [event.lines for event in events if isinstance(event, JobOpened)] == [("L2",)]
    assert job.line("L1").state is LineState.DISPATCHED


def test_a_supplement_adds_its_lines_and_approves_the_finding():
    """W6, R14."""
    job = a_dispatched_job()
    job.find_more(a_finding())
    job.authorise([a_work_line("L9", 1, GR)], "finding-1")
    assert job.findings[0].state is FindingState.APPROVED
    assert job.line("L9").finding_id == "finding-1"


def test_a_refused_finding_is_marked_and_adds_nothing():
    """W6, R14."""
    job = a_dispatched_job()
    job.find_more(a_finding())
    job.decline(["S1"], "finding-1")
    assert job.findings[0].state is FindingState.DECLINED
    assert len(job.lines) == 1


def test_an_approval_stands_when_other_lines_of_the_finding_are_refused():
    """R14: a customer may take one of two proposed lines."""
    job = a_dispatched_job()
    job.find_more(a_finding())
    job.authorise([a_work_line("L9", 1, GR)], "finding-1")
    job.decline(["L10"], "finding-1")
    assert job.findings[0].state is FindingState.APPROVED


def test_a_line_taken_back_before_anybody_began_is_not_worked():
    """R12, R13."""
    job = a_dispatched_job(a_work_line("L1"), a_work_line("L2"))
    job.decline(["L2"])
    with pytest.raises(errors.LineDeclined):
        job.start("L2", "sean", at(1))
    assert [line.line_id for line in job.live_lines] == ["L1"]


def test_a_line_taken_back_after_work_began_stays():
    """R12: what was authorised and begun is to be finished."""
    job = a_dispatched_job()
    job.start("L1", "sean", at(0))
    job.decline(["L1"])
    assert job.line("L1").state is LineState.IN_PROGRESS


def test_a_job_whose_every_line_was_taken_back_is_cancelled_and_may_leave():
    job = a_job()
    job.decline(["L1"])
    assert job.state is JobState.CANCELLED
    job.depart(at(1))
    assert job.state is JobState.DEPARTED


def test_dispatch_gives_a_line_to_a_technician_a_bay_and_a_round():
    """W1."""
    job = a_job()
    events = job.dispatch("L1", "sean", "bay-2", 1, MONDAY, at(0))
    assert events == [JobDispatched(line_id="L1", technician="sean", bay="bay-2", dispatch_round=1)]
    assert job.state is JobState.DISPATCHED


def test_only_authorised_lines_can_be_dispatched():
    """R12."""
    with pytest.raises(errors.LineUnknown):
        a_job().dispatch("L2", "sean", "bay-1", 1, MONDAY, at(0))


def test_a_finding_goes_to_reception_and_the_work_goes_on():
    """W6."""
    job = a_dispatched_job()
    job.start("L1", "sean", at(0))
    (event,) = job.find_more(a_finding())
    assert isinstance(event, AdditionalWorkFound)
    assert (event.finding_id, event.hours.hours, event.cause) == ("finding-1", hours(1), "front brake pads at 2 mm")
    job.finish("L1", "sean", at(2))
    assert job.state is JobState.COMPLETED


def test_a_finding_names_a_line_of_the_job_or_none():
    """W6."""
    job = a_dispatched_job()
    job.find_more(a_finding("finding-2", None))
    with pytest.raises(errors.LineUnknown):
        job.find_more(a_finding("finding-3", "L7"))


def test_carry_over_takes_what_is_left_by_class():
    """W8: 2 h PM of which 0.5 are worked, 3 h GR not begun."""
    job = a_dispatched_job(a_work_line("L1", 2), a_work_line("L2", 3, GR))
    job.start("L1", "sean", at(0))
    job.pause("L1", "sean", PauseReason.PARTS, at(0.5))
    events = job.carry_over(MONDAY, TUESDAY, "parts come tomorrow", "dora", at(9), {})
    left = (
        ClassHours(work_class=GR, hours=hours(3)),
        ClassHours(work_class=WorkClass.PM, hours=hours(1.5)),
    )
    assert events == [JobCarriedOver(from_day=MONDAY, to_day=TUESDAY, remaining=left, reason="parts come tomorrow")]
    assert job.carried_to == TUESDAY
    assert {line.state for line in job.lines} == {LineState.PENDING}


def test_carry_over_leaves_finished_lines_finished():
    """W8."""
    job = a_dispatched_job(a_work_line("L1"), a_work_line("L2"))
    job.start("L1", "sean", at(0))
    job.finish("L1", "sean", at(1))
    job.carry_over(MONDAY, TUESDAY, "end of the day", "dora", at(9), {})
    assert (job.line("L1").state, job.line("L2").state) == (LineState.COMPLETED, LineState.PENDING)


def test_a_line_over_its_flat_rate_is_carried_with_the_foremans_estimate():
    """W8: three hours worked on a line of two, one more is expected."""
    job = a_dispatched_job()
    job.start("L1", "sean", at(0))
    job.pause("L1", "sean", PauseReason.EQUIPMENT, at(3))
    assert job.line("L1").remaining(at(3)) == hours(0)
    (event,) = job.carry_over(MONDAY, TUESDAY, "press broken", "dora", at(9), {"L1": hours(1)})
    assert isinstance(event, JobCarriedOver)
    assert event.remaining == (ClassHours(work_class=WorkClass.PM, hours=hours(1)),)


def test_what_is_finished_is_not_carried_over():
    """W8."""
    with pytest.raises(errors.NothingToCarryOver):
        a_finished_job().carry_over(MONDAY, TUESDAY, "", "dora", at(9), {})


def test_carry_over_goes_to_a_later_day():
    """W8."""
    with pytest.raises(errors.DayIsPast):
        a_dispatched_job().carry_over(MONDAY, MONDAY, "parts", "dora", at(9), {})


def test_a_carried_job_no_longer_counts_as_carried_once_all_is_done():
    """W8, W1."""
    job = a_dispatched_job()
    job.carry_over(MONDAY, TUESDAY, "parts", "dora", at(9), {})
    job.dispatch("L1", "sean", "bay-1", 1, TUESDAY, at(24))
    job.start("L1", "sean", at(24))
    job.finish("L1", "sean", at(26))
    assert job.carried_to is None


def test_a_supplement_after_quality_control_opens_the_job_again():
    """R14, W7: never ready with an authorised line undone."""
    job = a_passed_job()
    job.authorise([a_work_line("L9", 1, GR)], "finding-1")
    assert job.state is JobState.PENDING
    with pytest.raises(errors_quality.QualityNotPassed):
        job.wash("wang", at(6))


def test_a_delivered_vehicle_closes_its_job():
    """R16."""
    job = a_ready_job()
    job.depart(at(8))
    assert job.state is JobState.DEPARTED
    with pytest.raises(errors.JobClosed):
        job.authorise([a_work_line("L9")])
    with pytest.raises(errors.JobClosed):
        job.find_more(a_finding())


def test_a_wrong_clock_can_be_corrected_after_the_vehicle_left():
    """W3."""
    job = a_ready_job()
    job.depart(at(8))
    job.correct_clock("L1", "sean", hours(0.5), "shen", "lunch was counted", at(24))
    assert job.line("L1").worked(at(24)) == hours(0.5)


def test_rework_is_linked_once():
    """W9."""
    job = a_job()
    assert len(job.link_rework("visit-0", 12)) == 1
    assert job.link_rework("visit-0", 12) == []
