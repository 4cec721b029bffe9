"""Giving out lines: job and sheet are written together (W1)."""

import pytest
from a_workshop import an_open_workshop
from a_workshop import with_an_open_job as opened
from chassis.testing import memory_unit
from chassis.unit import AlreadyExists, Unknown
from contracts.values import WorkClass
from contracts.workshop import JobDispatched
from workshop.domain import errors
from workshop.storage.dispatch import SHEETS
from workshop.usecases.dispatch_line import DispatchLine, dispatch_line
from workshop.usecases.pause_work import PauseReason, PauseWork, pause_work
from workshop.usecases.start_work import StartWork, start_work
from workshop_builders import MONDAY, TUESDAY, a_work_line, at, hours


def order(technician="sean", bay="bay-1", visit_id="visit-1", line_id="L1", **more) -> DispatchLine:
    return DispatchLine("SH001", visit_id, line_id, technician, bay, **more)


async def sheet(workshop, day=MONDAY):
    return await workshop.unit().get(SHEETS, f"SH001:{day}")


async def test_a_dispatched_line_is_on_the_days_sheet():
    """W1."""
    workshop = await opened()
    await workshop.do(dispatch_line, order())
    (row,) = (await sheet(workshop)).rows
    assert (row.technician, row.bay, row.dispatch_round, row.hours) == ("sean", "bay-1", 1, hours(2))
    assert workshop.told(JobDispatched) == [
        JobDispatched(line_id="L1", technician="sean", bay="bay-1", dispatch_round=1)
    ]


async def test_a_technicians_second_vehicle_is_in_his_second_round():
    """W1."""
    workshop = await opened()
    await opened(visit_id="visit-2", workshop=workshop)
    await workshop.do(dispatch_line, order())
    await workshop.do(dispatch_line, order(visit_id="visit-2"))
    assert (await sheet(workshop)).rounds == [1, 2]


async def test_two_dispatchers_cannot_give_out_the_same_hours():
    """W1: both read an empty sheet; the second is told that somebody was faster, and is done again."""
    workshop = await opened(a_work_line("L1", 5))
    await opened(a_work_line("L1", 5), visit_id="visit-2", workshop=workshop)
    first, second = workshop.unit(), workshop.unit()
    await dispatch_line(first, order())
    await dispatch_line(second, order(visit_id="visit-2", bay="bay-2"))
    await first.commit()
    with pytest.raises(AlreadyExists):
        await second.commit()
    with pytest.raises(errors.TechnicianFull):
        await workshop.do(dispatch_line, order(visit_id="visit-2", bay="bay-2"))


async def test_a_line_given_to_another_leaves_the_first_ones_hours():
    """W1: half an hour was worked, the rest goes to Tim."""
    workshop = await opened()
    await workshop.do(dispatch_line, order())
    await workshop.do(start_work, StartWork("SH001", "visit-1", "L1", "sean"))
    workshop.now = at(0.5)
    await workshop.do(pause_work, PauseWork("SH001", "visit-1", "L1", "sean", PauseReason.TECHNICIAN))
    await workshop.do(dispatch_line, order("tim"))
    after = await sheet(workshop)
    assert (after.taken_of("sean"), after.taken_of("tim")) == (hours(0.5), hours(1.5))


async def test_the_next_morning_can_be_dispatched_the_evening_before():
    """W1."""
    workshop = await opened()
    await workshop.do(dispatch_line, order(day=TUESDAY))
    assert (await sheet(workshop, TUESDAY)).hours == hours(2)


async def test_a_past_day_cannot_be_dispatched():
    """W1: yesterday at the dealer, although the same UTC day."""
    workshop = await opened()
    workshop.now = at(17)  # one in the morning of Tuesday in Shanghai
    with pytest.raises(errors.DayIsPast):
        await workshop.do(dispatch_line, order(day=MONDAY))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (order("nobody"), errors.TechnicianUnknown),
        (order(bay="nowhere"), errors.BayUnknown),
        (order(line_id="L7"), errors.LineUnknown),
        (order(visit_id="visit-7"), Unknown),
    ],
)
async def test_what_is_not_there_cannot_be_dispatched(wrong, refusal):
    """W1."""
    workshop = await opened()
    with pytest.raises(refusal):
        await workshop.do(dispatch_line, wrong)


async def test_skill_comes_before_hours():
    """W1."""
    workshop = await opened(a_work_line("L1", 1, WorkClass.GR))
    with pytest.raises(errors.TechnicianLacksSkill):
        await workshop.do(dispatch_line, order("sean"))


async def test_without_a_roster_nothing_is_dispatched():
    """W1: another dealer's roster does not count."""
    workshop = await an_open_workshop()
    with pytest.raises(errors.RosterMissing):
        await dispatch_line(
            memory_unit("SH002", store=workshop.store), DispatchLine("SH002", "v", "L1", "sean", "bay-1")
        )
