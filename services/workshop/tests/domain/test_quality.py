"""Two-stage quality control, wash, cleanliness, ready (W7)."""

import pytest
from contracts.values import NO_HOURS, WorkClass
from contracts.workshop import QualityCheckFailed, QualityCheckPassed, SelfCheckPassed, VehicleReady
from workshop.domain import errors, errors_quality
from workshop.domain.check_lists import CHECK_LISTS, check_list_for
from workshop.domain.job_state import JobState
from workshop.domain.line import LineState
from workshop_builders import a_dispatched_job, a_finished_job, a_job, a_passed_job, a_ready_job, a_work_line, at, hours


def every_item(job):
    return [item.code for item in job.check_list]


def a_self_checked_job(*lines):
    job = a_finished_job(*lines)
    job.self_check("sean", at(3))
    return job


def test_the_technician_checks_himself_first():
    """W7."""
    job = a_finished_job()
    assert job.self_check("sean", at(3)) == [SelfCheckPassed(technician="sean")]
    assert job.state is JobState.SELF_CHECKED


def test_a_second_self_check_of_the_same_technician_says_nothing_new():
    """W7."""
    assert a_self_checked_job().self_check("sean", at(4)) == []


def test_somebody_who_did_not_work_on_the_job_has_nothing_to_self_check():
    """W7."""
    with pytest.raises(errors_quality.NotATechnicianOfTheJob):
        a_finished_job().self_check("tim", at(3))


def test_every_technician_of_the_job_checks_himself_before_the_inspector():
    """W7."""
    job = a_dispatched_job(a_work_line("L1"), a_work_line("L2"))
    job.dispatch("L2", "tim", "bay-2", 1, at(0).date(), at(0))
    for line_id, technician in (("L1", "sean"), ("L2", "tim")):
        job.start(line_id, technician, at(0))
        job.finish(line_id, technician, at(1))
    job.self_check("sean", at(2))
    assert job.state is JobState.COMPLETED
    with pytest.raises(errors_quality.SelfCheckMissing) as refusal:
        job.pass_quality("ines", True, every_item(job), at(2))
    assert refusal.value.details == {"technicians": ["tim"]}


def test_the_inspector_is_somebody_who_did_none_of_the_work():
    """W7."""
    job = a_self_checked_job()
    with pytest.raises(errors_quality.InspectorDidTheWork):
        job.pass_quality("sean", True, every_item(job), at(4))
    with pytest.raises(errors_quality.InspectorDidTheWork):
        job.fail_quality("sean", ["L1"], "nuts loose", NO_HOURS, at(4))


def test_the_inspector_passes_the_whole_check_list():
    """W7."""
    job = a_self_checked_job()
    events = job.pass_quality("ines", False, every_item(job), at(4))
    assert events == [QualityCheckPassed(inspector="ines", road_test=False)]
    assert job.state is JobState.QUALITY_PASSED


def test_an_unchecked_item_keeps_the_job_from_passing():
    """W7."""
    job = a_self_checked_job()
    with pytest.raises(errors_quality.CheckListIncomplete) as refusal:
        job.pass_quality("ines", True, every_item(job)[1:], at(4))
    assert refusal.value.details == {"missing": ["work-as-ordered"]}


def test_a_repair_passes_only_after_a_road_test():
    """W7: road test where needed."""
    job = a_self_checked_job(a_work_line("L1", 2, WorkClass.GR))
    with pytest.raises(errors_quality.RoadTestMissing):
        job.pass_quality("ines", False, every_item(job), at(4))


def test_a_check_list_has_each_item_once_and_covers_all_classes_of_the_job():
    """W7: check list by job type."""
    codes = [item.code for item in check_list_for({WorkClass.PM, WorkClass.GR})]
    assert len(codes) == len(set(codes))
    assert {"wheel-torque", "fault-gone", "no-leaks"} <= set(codes)


@pytest.mark.parametrize("work_class", list(WorkClass))
def test_every_class_of_work_has_a_check_list_in_both_languages(work_class):
    """W7, X4."""
    assert all(item.en and item.zh for item in CHECK_LISTS[work_class])
    assert CHECK_LISTS[work_class]


def test_a_failed_check_sends_the_named_lines_back_and_is_counted():
    """W7."""
    job = a_self_checked_job(a_work_line("L1"), a_work_line("L2"))
    events = job.fail_quality("ines", ["L2"], "drain plug weeps", hours(0.5), at(4))
    assert events == [QualityCheckFailed(inspector="ines", lines=("L2",), reason="drain plug weeps", failures=1)]
    assert (job.line("L1").state, job.line("L2").state) == (LineState.COMPLETED, LineState.DISPATCHED)
    assert job.line("L2").reworks == 1
    assert job.line("L2").remaining(at(4)) == hours(0.5)
    assert job.state is JobState.DISPATCHED


def test_after_rework_the_technician_checks_himself_again():
    """W7: failures stay counted."""
    job = a_self_checked_job()
    job.fail_quality("ines", ["L1"], "nuts loose", NO_HOURS, at(4))
    job.start("L1", "sean", at(4))
    job.finish("L1", "sean", at(4.5))
    with pytest.raises(errors_quality.SelfCheckMissing):
        job.pass_quality("ines", False, every_item(job), at(5))
    job.self_check("sean", at(5))
    (event,) = job.fail_quality("ines", ["L1"], "still loose", NO_HOURS, at(5))
    assert isinstance(event, QualityCheckFailed)
    assert event.failures == 2


@pytest.mark.parametrize(("lines", "reason"), [([], "nuts loose"), (["L1"], "  ")])
def test_a_failure_names_its_lines_and_its_reason(lines, reason):
    """W7."""
    with pytest.raises(errors_quality.FailureNeedsLinesAndReason):
        a_self_checked_job().fail_quality("ines", lines, reason, NO_HOURS, at(4))


def test_a_job_passes_once():
    """W7."""
    job = a_passed_job()
    with pytest.raises(errors_quality.QualityAlreadyPassed):
        job.fail_quality("ines", ["L1"], "nuts loose", NO_HOURS, at(5))
    with pytest.raises(errors_quality.QualityAlreadyPassed):
        job.self_check("sean", at(5))


def test_wash_comes_after_the_quality_check():
    """W7."""
    with pytest.raises(errors_quality.QualityNotPassed):
        a_self_checked_job().wash("wang", at(4))


def test_a_clean_vehicle_is_ready():
    """W7."""
    job = a_passed_job(a_work_line("L1"), a_work_line("L2"))
    job.wash("wang", at(5))
    assert job.inspect_cleanliness(True, at(5)) == [VehicleReady(lines=("L1", "L2"))]
    assert job.state is JobState.READY_FOR_PICKUP


def test_a_vehicle_that_is_not_clean_is_washed_again():
    """W7."""
    job = a_passed_job()
    job.wash("wang", at(5))
    assert job.inspect_cleanliness(False, at(5)) == []
    with pytest.raises(errors_quality.NotWashed):
        job.inspect_cleanliness(True, at(6))


def test_a_ready_vehicle_is_ready_once():
    """W7."""
    with pytest.raises(errors_quality.AlreadyReady):
        a_ready_job().inspect_cleanliness(True, at(6))
    with pytest.raises(errors_quality.AlreadyReady):
        a_ready_job().wash("wang", at(6))


def test_a_job_without_any_line_left_has_nothing_to_pass():
    """W7, R13."""
    job = a_job()
    job.decline(["L1"])
    with pytest.raises(errors.JobCancelled):
        job.pass_quality("ines", True, [], at(4))
