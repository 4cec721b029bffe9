"""The night at the dealer (W8)."""

import pytest
from a_workshop import with_an_open_job as opened
from contracts.values import ClassHours, WorkClass
from contracts.workshop import JobCarriedOver, PauseReason
from workshop.domain import errors
from workshop.domain.proposal import in_order
from workshop.projections.waiting_lines import waiting_lines
from workshop.storage.dispatch import SHEETS
from workshop.storage.jobs import open_jobs
from workshop.usecases.carry_over_job import CarryOverJob, carry_over_job
from workshop.usecases.dispatch_line import DispatchLine, dispatch_line
from workshop.usecases.pause_work import PauseWork, pause_work
from workshop.usecases.start_work import StartWork, start_work
from workshop_builders import MONDAY, TUESDAY, a_work_line, at, hours


async def carried_after_half_an_hour():
    workshop = await opened(a_work_line("L1", 2), a_work_line("L2", 1))
    for line_id in ("L1", "L2"):
        await workshop.do(dispatch_line, DispatchLine("SH001", "visit-1", line_id, "sean", "bay-1", 1))
    await workshop.do(start_work, StartWork("SH001", "visit-1", "L1", "sean"))
    workshop.now = at(0.5)
    await workshop.do(pause_work, PauseWork("SH001", "visit-1", "L1", "sean", PauseReason.PARTS))
    workshop.now = at(9)
    await workshop.do(carry_over_job, CarryOverJob("SH001", "visit-1", TUESDAY, "parts come tomorrow"))
    return workshop


async def test_a_carried_job_says_what_is_left_for_which_day():
    """W8."""
    workshop = await carried_after_half_an_hour()
    left = (ClassHours(work_class=WorkClass.PM, hours=hours(2.5)),)
    assert workshop.told(JobCarriedOver) == [
        JobCarriedOver(from_day=MONDAY, to_day=TUESDAY, remaining=left, reason="parts come tomorrow")
    ]


async def test_of_the_old_day_only_what_was_worked_stays_on_the_sheet():
    """W8, W1."""
    workshop = await carried_after_half_an_hour()
    sheet = await workshop.unit().get(SHEETS, f"SH001:{MONDAY}")
    assert sheet.hours == hours(0.5)


async def test_the_next_days_dispatch_puts_the_carried_job_first():
    """W8, W1: the other is promised earlier."""
    workshop = await carried_after_half_an_hour()
    await opened(visit_id="visit-2", workshop=workshop)
    jobs = await open_jobs(workshop.unit())
    today = waiting_lines(jobs, MONDAY, workshop.now)
    tomorrow = in_order(waiting_lines(jobs, TUESDAY, workshop.now))
    assert [line.visit_id for line in today] == ["visit-2"]
    assert [(line.visit_id, line.hours) for line in tomorrow] == [
        ("visit-1", hours(1.5)),
        ("visit-1", hours(1)),
        ("visit-2", hours(2)),
    ]


async def test_a_running_clock_is_stopped_before_the_night():
    """W8, W3."""
    workshop = await opened()
    await workshop.do(dispatch_line, DispatchLine("SH001", "visit-1", "L1", "sean", "bay-1"))
    await workshop.do(start_work, StartWork("SH001", "visit-1", "L1", "sean"))
    with pytest.raises(errors.ClocksStillRun):
        await workshop.do(carry_over_job, CarryOverJob("SH001", "visit-1", TUESDAY, "late"))
