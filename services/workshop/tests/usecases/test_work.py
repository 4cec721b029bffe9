"""Clocks over several jobs: the technician's clock and the job are one write (W3)."""

import pytest
from a_workshop import AWorkshop
from a_workshop import with_an_open_job as opened
from chassis.unit import AlreadyExists, VersionConflict
from contracts.values import TechnicianHours
from contracts.workshop import ClockCorrected, PauseReason, WorkFinished
from workshop.domain import errors
from workshop.storage.dispatch import CLOCKS
from workshop.usecases.correct_clock import CorrectClock, correct_clock
from workshop.usecases.dispatch_line import DispatchLine, dispatch_line
from workshop.usecases.finish_work import FinishWork, finish_work
from workshop.usecases.pause_work import PauseWork, pause_work
from workshop.usecases.resume_work import ResumeWork, resume_work
from workshop.usecases.start_work import StartWork, start_work
from workshop_builders import at, hours

FIRST, SECOND = ("SH001", "visit-1", "L1", "sean"), ("SH001", "visit-2", "L1", "sean")


async def two_dispatched_jobs() -> AWorkshop:
    workshop = await opened()
    await opened(visit_id="visit-2", workshop=workshop)
    await workshop.do(dispatch_line, DispatchLine("SH001", "visit-1", "L1", "sean", "bay-1"))
    await workshop.do(dispatch_line, DispatchLine("SH001", "visit-2", "L1", "sean", "bay-1"))
    return workshop


async def test_a_technician_cannot_start_a_second_vehicle():
    """W3."""
    workshop = await two_dispatched_jobs()
    await workshop.do(start_work, StartWork(*FIRST))
    with pytest.raises(errors.TechnicianBusy) as refusal:
        await workshop.do(start_work, StartWork(*SECOND))
    assert refusal.value.details == {"visit_id": "visit-1", "line_id": "L1"}


async def test_two_starts_at_the_same_moment_are_not_both_written():
    """W3: both saw the technician free; first for a clock that is new, then for one that is not."""
    workshop = await two_dispatched_jobs()
    for lost in (AlreadyExists, VersionConflict):
        one, other = workshop.unit(), workshop.unit()
        await start_work(one, StartWork(*FIRST)) if lost is AlreadyExists else await resume_work(
            one, ResumeWork(*FIRST)
        )
        await start_work(other, StartWork(*SECOND))
        await one.commit()
        with pytest.raises(lost):
            await other.commit()
        await workshop.do(pause_work, PauseWork(*FIRST, PauseReason.PARTS))


async def test_a_pause_frees_the_technician_for_another_vehicle():
    """W3: and he cannot resume before he left that one."""
    workshop = await two_dispatched_jobs()
    await workshop.do(start_work, StartWork(*FIRST))
    await workshop.do(pause_work, PauseWork(*FIRST, PauseReason.PARTS))
    await workshop.do(start_work, StartWork(*SECOND))
    with pytest.raises(errors.TechnicianBusy):
        await workshop.do(resume_work, ResumeWork(*FIRST))
    clock = await workshop.unit().get(CLOCKS, "SH001:sean")
    assert (clock.on_visit, clock.on_line) == ("visit-2", "L1")


async def test_worked_time_is_the_business_clocks():
    """W3: an hour, a pause of two, half an hour."""
    workshop = await two_dispatched_jobs()
    await workshop.do(start_work, StartWork(*FIRST))
    workshop.now = at(1)
    await workshop.do(pause_work, PauseWork(*FIRST, PauseReason.EQUIPMENT))
    workshop.now = at(3)
    await workshop.do(resume_work, ResumeWork(*FIRST))
    workshop.now = at(3.5)
    await workshop.do(finish_work, FinishWork(*FIRST))
    assert workshop.told(WorkFinished) == [
        WorkFinished(line_id="L1", technician="sean", worked=hours(1.5), flat_rate=hours(2))
    ]
    assert (await workshop.unit().get(CLOCKS, "SH001:sean")).on_visit is None


async def test_a_correction_says_who_and_why():
    """W3: who is the caller."""
    workshop = await two_dispatched_jobs()
    await workshop.do(start_work, StartWork(*FIRST))
    workshop.now = at(1)
    await workshop.do(finish_work, FinishWork(*FIRST))
    order = CorrectClock("visit-1", "L1", "sean", TechnicianHours(minutes=45), "coffee was counted")
    job = await workshop.do(correct_clock, order)
    assert job.lines[0].corrections[0].by == "dispatcher:dora"
    (told,) = workshop.told(ClockCorrected)
    assert (told.before, told.after, told.reason) == (hours(1), hours(0.75), "coffee was counted")
