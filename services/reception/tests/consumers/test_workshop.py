"""The work as the workshop tells it (R12, R14-R16)."""

from datetime import date

import pytest
from chassis.facts import NotYet
from contracts.values import WorkClass
from contracts.workshop import (
    AdditionalWorkFound,
    JobCarriedOver,
    PauseReason,
    QualityCheckFailed,
    QualityCheckPassed,
    Urgency,
    VehicleReady,
    WorkFinished,
    WorkPaused,
    WorkResumed,
    WorkStarted,
)
from reception.domain.errors_estimate import LineNotAuthorised
from reception.domain.promise import PromiseReason
from reception.domain.repair_order import OrderState
from reception.domain.work import LineState
from reception.usecases.agree_on_parts import AgreeOnParts, agree_on_parts
from reception_builders import a_draft
from reception_counter import TheCounter

HOURS = a_draft().hours
STARTED = WorkStarted(line_id="L1", technician="tim")
PAUSED = WorkPaused(line_id="L1", technician="tim", reason=PauseReason.PARTS)
RESUMED = WorkResumed(line_id="L1", technician="tim")
FINISHED = WorkFinished(line_id="L1", technician="tim", worked=HOURS, flat_rate=HOURS)
FAILED = QualityCheckFailed(inspector="ines", lines=("L1",), reason="noise", failures=1)
PASSED = QualityCheckPassed(inspector="ines", road_test=True)
READY = VehicleReady(lines=("L1",))
CARRIED = JobCarriedOver(from_day=date(2025, 6, 23), to_day=date(2025, 6, 24), remaining=(), reason="parts")
FOUND = AdditionalWorkFound(
    finding_id="finding-1",
    cause="pads worn",
    urgency=Urgency.SAFETY,
    hours={"work_class": WorkClass.GR, "hours": HOURS},
)


@pytest.fixture
async def counter() -> TheCounter:
    """One line was authorised."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    await counter.receives()
    await counter.checks_in()
    await counter.estimates()
    await counter.authorises("L1")
    return counter


@pytest.mark.parametrize(
    "event", [STARTED, PAUSED, RESUMED, FINISHED, FAILED, PASSED, READY, CARRIED, FOUND], ids=lambda e: e.wire_type
)
async def test_a_fact_about_an_order_that_is_not_known_yet_waits_for_it(event):
    """X5: after an outage the workshop's facts may come first."""
    with pytest.raises(NotYet) as waits:
        await TheCounter().hears(event)
    assert waits.value.waits_for == "repair-order/visit-1"


async def test_a_fact_about_an_order_that_is_not_authorised_yet_waits_too():
    """R12, X5: there is no such work before the customer's word, so the fact is early."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    await counter.receives()
    await counter.checks_in()
    with pytest.raises(NotYet):
        await counter.hears(READY)


async def test_progress_is_followed_line_by_line(counter: TheCounter):
    """R15."""
    seen = []
    for event in (STARTED, PAUSED, RESUMED, FINISHED):
        await counter.hears(event)
        progress = (await counter.order()).work.lines["L1"]
        seen.append((progress.state, progress.reason))
    assert seen == [
        (LineState.IN_PROGRESS, ""),
        (LineState.ON_HOLD, "PARTS"),
        (LineState.IN_PROGRESS, ""),
        (LineState.COMPLETED, ""),
    ]


async def test_work_on_a_line_that_was_not_authorised_is_never_taken_silently(counter: TheCounter):
    """R12: the fact stands aside and is seen."""
    with pytest.raises(LineNotAuthorised):
        await counter.hears(WorkStarted(line_id="L9", technician="tim"))


async def test_work_begun_before_the_workshop_heard_that_its_line_was_taken_back_holds_nothing_up():
    """R9, R12, R16: it is recorded, the vehicle becomes ready with what is left, and the line is not charged."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    await counter.receives()
    await counter.checks_in(lines=(a_draft(), a_draft()))
    await counter.estimates()
    await counter.authorises("L1", "L2")
    await counter.do(lambda unit: agree_on_parts(unit, AgreeOnParts("visit-1", "L2", False)))
    await counter.hears(WorkStarted(line_id="L2", technician="tim"))
    assert (await counter.order()).work.lines["L2"].state is LineState.IN_PROGRESS
    await counter.works("L1", "L2")
    order = await counter.delivers()
    assert order.delivery is not None and order.delivery.charges.keys() == {"L1"}


async def test_a_failed_quality_check_puts_its_lines_back_and_the_promise_at_risk(counter: TheCounter):
    """R15, W7."""
    await counter.hears(FINISHED)
    await counter.hears(FAILED)
    order = await counter.order()
    assert order.work.done == set() and order.work.qc_failures == 1
    assert order.promise_at_risk is PromiseReason.QUALITY


async def test_a_carry_over_puts_the_promise_at_risk_and_changes_nothing_by_itself(counter: TheCounter):
    """R11, R15, W8: a new time is agreed by people."""
    before = (await counter.order()).promised_at
    await counter.hears(CARRIED)
    order = await counter.order()
    assert order.promise_at_risk is PromiseReason.CARRY_OVER and order.promised_at == before


async def test_a_finding_waits_for_its_supplement(counter: TheCounter):
    """R14, W6."""
    await counter.hears(FOUND)
    (finding,) = (await counter.order()).work.findings
    assert (finding.finding_id, finding.cause) == ("finding-1", "pads worn")


async def test_the_ready_notice_makes_the_order_ready(counter: TheCounter):
    """R16, W7."""
    await counter.hears(FINISHED)
    await counter.hears(PASSED)
    assert (await counter.order()).state is OrderState.AUTHORISED
    await counter.hears(READY)
    assert (await counter.order()).state is OrderState.READY
