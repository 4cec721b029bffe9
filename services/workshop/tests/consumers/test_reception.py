"""Reception's facts at the workshop's door, early and repeated ones too."""

from datetime import timedelta

import pytest
from a_workshop import (
    VIN,
    AWorkshop,
    a_customer,
    a_vehicle,
    an_open_workshop,
    arrived,
    authorised,
    delivered,
    registered,
)
from a_workshop import with_an_open_job as opened
from chassis.facts import NotYet
from contracts.reception import (
    CheckInResumed,
    FollowUpPreference,
    LinesDeclined,
    LinesWithdrawn,
    PromisedTimeChanged,
    RepairOrderOpened,
)
from contracts.values import Money, WorkClass
from contracts.workshop import JobOpened, ReworkLinked, SelfCheckPassed
from workshop.domain import errors
from workshop.domain.finding import FindingState
from workshop.domain.job_state import JobState
from workshop.storage.dispatch import SHEETS
from workshop.storage.jobs import JOBS, VISITS
from workshop.usecases.dispatch_line import DispatchLine, dispatch_line
from workshop.usecases.finish_work import FinishWork, finish_work
from workshop.usecases.report_finding import ReportFinding, report_finding
from workshop.usecases.self_check import SelfCheck, self_check
from workshop.usecases.start_work import StartWork, start_work
from workshop_builders import EIGHT, MONDAY, a_finding, a_ready_job, a_work_line, at


def taken_back(*lines: str) -> LinesWithdrawn:
    left = Money(amount=0, currency="CNY")
    return LinesWithdrawn(lines=lines, reason="PARTS_NOT_AWAITED", authorised_total=left)


async def test_an_authorised_estimate_opens_the_job_with_exactly_its_lines():
    """R12, W1."""
    workshop = await opened(a_work_line("L1"), a_work_line("L2", 1, WorkClass.GR))
    job = await workshop.job()
    assert [line.line_id for line in job.lines] == ["L1", "L2"]
    assert workshop.told() == [JobOpened(lines=("L1", "L2"), hours=workshop.told()[0].hours)]
    assert (job.vin, job.promised_at, job.opened_at) == (VIN, at(8), EIGHT)


async def test_the_same_authorisation_told_twice_adds_nothing():
    workshop = await opened()
    await workshop.hear(authorised())
    assert len(workshop.told(JobOpened)) == 1
    assert len((await workshop.job()).lines) == 1


async def test_an_authorisation_waits_for_the_vehicles_arrival():
    """A fact whose prerequisite is not known yet waits."""
    workshop = await an_open_workshop()
    with pytest.raises(NotYet) as missing:
        await workshop.hear(authorised())
    assert missing.value.waits_for == "visit/visit-1"


async def test_an_authorisation_waits_for_its_dealer():
    workshop = AWorkshop()
    await workshop.hear(arrived())
    with pytest.raises(NotYet) as missing:
        await workshop.hear(authorised())
    assert missing.value.waits_for == "dealer/SH001"
    await workshop.hear(registered())
    await workshop.hear(authorised())
    assert (await workshop.job()).state is JobState.PENDING


@pytest.mark.parametrize(
    "early",
    [
        delivered(),
        PromisedTimeChanged(previous=at(8), promised_at=at(9), reason="parts", person_id="person-1"),
        LinesDeclined(version=1, supplement=False, lines=("L1",)),
        taken_back("L1"),
        CheckInResumed(vehicle=a_vehicle(), resolution="plate was new"),
    ],
)
async def test_what_builds_on_an_unknown_visit_waits(early):
    workshop = await an_open_workshop()
    with pytest.raises(NotYet):
        await workshop.hear(early)


async def test_lines_refused_before_anything_was_authorised_are_none_of_the_workshops_business():
    """R13."""
    workshop = await an_open_workshop()
    await workshop.hear(arrived())
    await workshop.hear(LinesDeclined(version=1, supplement=False, lines=("L2",)))
    assert await workshop.unit().find(JOBS, "visit-1") is None


async def test_a_finding_refused_before_its_job_is_known_waits_for_the_job():
    workshop = await an_open_workshop()
    await workshop.hear(arrived())
    with pytest.raises(NotYet) as missing:
        await workshop.hear(LinesDeclined(version=2, supplement=True, finding_id="finding-1", lines=("S1",)))
    assert missing.value.waits_for == "job/visit-1"


async def with_a_finding() -> AWorkshop:
    workshop, finding = await opened(), a_finding()
    order = ReportFinding(
        "visit-1", "finding-1", "L1", finding.cause, finding.urgency, finding.hours, finding.parts, "sean"
    )
    await workshop.do(report_finding, order)
    return workshop


async def test_a_refused_finding_is_marked():
    """W6, R14."""
    workshop = await with_a_finding()
    await workshop.hear(LinesDeclined(version=2, supplement=True, finding_id="finding-1", lines=("S1",)))
    assert (await workshop.job()).findings[0].state is FindingState.DECLINED


async def test_an_authorised_supplement_extends_the_job():
    """W6, R14."""
    workshop = await with_a_finding()
    await workshop.hear(authorised(a_work_line("S1", 1, WorkClass.GR), finding_id="finding-1"))
    job = await workshop.job()
    assert [line.line_id for line in job.lines] == ["L1", "S1"]
    assert job.findings[0].state is FindingState.APPROVED
    assert [event.lines for event in workshop.told(JobOpened)] == [("L1",), ("S1",)]


async def test_a_line_taken_back_frees_its_hours_on_the_sheet():
    """R13, W1."""
    workshop = await opened()
    await workshop.do(dispatch_line, DispatchLine("SH001", "visit-1", "L1", "sean", "bay-1"))
    await workshop.hear(LinesDeclined(version=2, supplement=False, lines=("L1",)))
    sheet = await workshop.unit().get(SHEETS, f"SH001:{MONDAY}")
    assert sheet.rows == []
    assert (await workshop.job()).state is JobState.CANCELLED


async def test_a_line_whose_parts_are_not_waited_for_leaves_the_board_and_the_rest_goes_to_quality_control():
    """R9, W1, W7."""
    workshop = await opened(a_work_line("L1"), a_work_line("L2", 1, WorkClass.GR))
    for line, technician in (("L1", "sean"), ("L2", "tim")):
        await workshop.do(dispatch_line, DispatchLine("SH001", "visit-1", line, technician, "bay-1"))
    await workshop.do(start_work, StartWork("SH001", "visit-1", "L1", "sean"))
    await workshop.do(finish_work, FinishWork("SH001", "visit-1", "L1", "sean"))
    await workshop.hear(taken_back("L2"))
    sheet = await workshop.unit().get(SHEETS, f"SH001:{MONDAY}")
    assert [row.line_id for row in sheet.rows] == ["L1"]
    await workshop.do(self_check, SelfCheck("visit-1", "sean"))
    assert workshop.told(SelfCheckPassed) == [SelfCheckPassed(technician="sean")]


async def test_lines_taken_back_that_were_never_authorised_are_none_of_the_workshops_business():
    """R8, R9: they waited for the maker's word."""
    workshop = await an_open_workshop()
    await workshop.hear(arrived())
    await workshop.hear(taken_back("L1"))
    assert await workshop.unit().find(JOBS, "visit-1") is None


async def test_a_new_promise_reaches_the_open_job():
    """R11."""
    workshop = await opened()
    await workshop.hear(PromisedTimeChanged(previous=at(8), promised_at=at(9), reason="parts", person_id="person-1"))
    assert (await workshop.job()).promised_at == at(9)


async def test_a_promise_before_any_authorisation_is_remembered_with_the_visit():
    """R7, R11."""
    workshop = await an_open_workshop()
    await workshop.hear(arrived())
    order = RepairOrderOpened(
        customer=a_customer(),
        vehicle=a_vehicle(),
        advisor="anna",
        promised_at=at(7),
        keep_replaced_parts=False,
        follow_up=FollowUpPreference(),
        waiting=True,
    )
    await workshop.hear(order)
    visit = await workshop.unit().get(VISITS, "visit-1")
    assert (visit.promised_at, visit.waiting) == (at(7), True)


async def test_a_delivered_vehicle_closes_the_job():
    """R16."""
    workshop = await an_open_workshop()
    await workshop.hear(arrived())
    unit = workshop.unit()
    unit.add(JOBS, a_ready_job())
    await unit.commit()
    await workshop.hear(delivered())
    assert (await workshop.job()).state is JobState.DEPARTED
    await workshop.hear(delivered())
    assert (await workshop.job()).state is JobState.DEPARTED


async def test_a_delivery_of_a_vehicle_that_was_not_ready_stands_aside_for_a_person_to_see():
    """R16: a contradiction between two services is never swallowed."""
    workshop = await opened()
    with pytest.raises(errors.JobNotReady):
        await workshop.hear(delivered())


# -- W9 ----------------------------------------------------------------------------------------------------------------


async def after_an_earlier_visit(days: int, operation: str = "BRAKE", vin: str = VIN) -> AWorkshop:
    """``visit-0`` had its work and left so many days before today."""
    workshop = await an_open_workshop()
    workshop.now = EIGHT - timedelta(days=days)
    await workshop.hear(arrived(vin), "visit-0")
    await workshop.hear(authorised(a_work_line("L1", operation=operation), vin=vin), "visit-0")
    unit = workshop.unit()
    visit = await unit.get(VISITS, "visit-0")
    visit.delivered_at = workshop.now
    unit.save(VISITS, visit)
    await unit.commit()
    workshop.now = EIGHT
    return workshop


@pytest.mark.parametrize(("days", "linked"), [(30, True), (31, False)])
async def test_a_rework_named_at_the_counter_is_linked_within_thirty_days(days, linked):
    """W9, R1."""
    workshop = await after_an_earlier_visit(days)
    await workshop.hear(arrived(rework_of="visit-0"))
    await workshop.hear(authorised(a_work_line(operation="DIAGNOSIS"), rework_of="visit-0"))
    assert workshop.told(ReworkLinked) == ([ReworkLinked(first_visit="visit-0", days_between=days)] if linked else [])


async def test_the_same_operation_again_is_a_rework_without_anybody_saying_so():
    """W9."""
    workshop = await after_an_earlier_visit(12)
    await workshop.hear(arrived())
    await workshop.hear(authorised(a_work_line(operation="BRAKE")))
    assert workshop.told(ReworkLinked) == [ReworkLinked(first_visit="visit-0", days_between=12)]
    assert (await workshop.job()).first_visit == "visit-0"


async def test_rework_is_linked_once_even_when_a_supplement_follows():
    """W9."""
    workshop = await after_an_earlier_visit(12)
    await workshop.hear(arrived(rework_of="visit-0"))
    await workshop.hear(authorised(rework_of="visit-0"))
    await workshop.hear(authorised(a_work_line("L2"), rework_of="visit-0"))
    assert len(workshop.told(ReworkLinked)) == 1


async def test_another_vehicles_visit_is_no_rework():
    """W9."""
    workshop = await after_an_earlier_visit(12, vin="LSVAB4BR5EN000002")
    await workshop.hear(arrived(rework_of="visit-0"))
    await workshop.hear(authorised(a_work_line(operation="BRAKE"), rework_of="visit-0"))
    assert workshop.told(ReworkLinked) == []


async def test_the_vehicle_that_check_in_made_out_is_the_one_that_counts():
    """R5, W9: the earlier visit was opened for a mistyped VIN."""
    workshop = await after_an_earlier_visit(12, vin="LSVAB4BR5EN000002")
    await workshop.hear(CheckInResumed(vehicle=a_vehicle(), resolution="VIN was mistyped"), "visit-0")
    await workshop.hear(arrived(rework_of="visit-0"))
    await workshop.hear(authorised(rework_of="visit-0"))
    assert len(workshop.told(ReworkLinked)) == 1
