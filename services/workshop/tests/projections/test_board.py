"""The progress control board (W2)."""

import pytest
from workshop.domain.dealer import Dealer
from workshop.domain.roster import WorkshopRules
from workshop.projections.board import Risk, board, expected_ready_at
from workshop_builders import MONDAY, TUESDAY, a_dispatched_job, a_job, a_ready_job, a_work_line, at, hours

DEALER = Dealer("SH001", "Pudong", "Asia/Shanghai")
RULES = WorkshopRules(finishing_minutes=30)


def rows(*jobs, now):
    return board(jobs, DEALER, RULES, now)


def test_planned_stands_beside_worked_and_remaining():
    """W2: 50 minutes into two hours."""
    job = a_dispatched_job()
    job.start("L1", "sean", at(0))
    (row,) = rows(job, now=at(50 / 60))
    assert (row.planned, row.worked.minutes, row.remaining.minutes) == (hours(2), 50, 70)


@pytest.mark.parametrize(
    ("hour", "risk"),
    [(0, Risk.ON_TIME), (1.5, Risk.ON_TIME), (1.75, Risk.AT_RISK), (4, Risk.AT_RISK), (4.25, Risk.LATE)],
)
def test_a_job_is_at_risk_before_it_is_late(hour, risk):
    """W2: two hours and half an hour for quality control and wash, promised four hours from opening."""
    job = a_job()
    job.promise(at(4))
    assert [row.risk for row in rows(job, now=at(hour))] == [risk]


def test_technicians_who_work_side_by_side_are_not_added_up():
    """W2."""
    job = a_dispatched_job(a_work_line("L1", 2), a_work_line("L2", 1))
    job.dispatch("L2", "tim", "bay-2", 1, MONDAY, at(0))
    assert expected_ready_at(job, DEALER, RULES, at(0)) == at(2.5)


def test_a_carried_job_is_not_expected_before_its_day():
    """W2, W8: Tuesday begins sixteen hours after eight on Monday."""
    job = a_dispatched_job()
    job.carry_over(MONDAY, TUESDAY, "parts", "dora", at(9), {})
    assert expected_ready_at(job, DEALER, RULES, at(9)) == at(16 + 2.5)


def test_a_vehicle_that_was_ready_in_time_is_not_late_afterwards():
    """W2: it waits for its owner."""
    (row,) = rows(a_ready_job(), now=at(30))
    assert (row.risk, row.expected_ready_at, row.remaining) == (Risk.ON_TIME, at(5), hours(0))


def test_the_most_urgent_job_stands_first():
    """W2."""
    jobs = [a_job(visit_id="calm", promised=8), a_job(visit_id="risk", promised=2), a_job(visit_id="late", promised=0)]
    assert [row.job.visit_id for row in rows(*jobs, now=at(1))] == ["late", "risk", "calm"]
