"""How the work goes on (R14-R16). A fact about a visit whose authorised order is not known yet waits for it."""

from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.workshop import (
    AdditionalWorkFound,
    JobCarriedOver,
    QualityCheckFailed,
    QualityCheckPassed,
    VehicleReady,
    WorkFinished,
    WorkPaused,
    WorkResumed,
    WorkStarted,
)

from reception.domain.promise import PromiseReason
from reception.domain.repair_order import RepairOrder
from reception.domain.work import Finding, LineState
from reception.storage.collections import REPAIR_ORDERS


async def on_work_started(unit: Unit, fact: Fact[WorkStarted] | Fact[WorkResumed]) -> None:
    await _progress(unit, fact, fact.event.line_id, LineState.IN_PROGRESS)


async def on_work_paused(unit: Unit, fact: Fact[WorkPaused]) -> None:
    await _progress(unit, fact, fact.event.line_id, LineState.ON_HOLD, fact.event.reason)


async def on_work_finished(unit: Unit, fact: Fact[WorkFinished]) -> None:
    await _progress(unit, fact, fact.event.line_id, LineState.COMPLETED)


async def on_additional_work_found(unit: Unit, fact: Fact[AdditionalWorkFound]) -> None:
    order = await _order(unit, fact)
    told = fact.event
    finding = Finding(told.finding_id, told.line_id, told.cause, told.urgency, told.hours, told.parts, fact.at)
    order.work.found(finding)
    unit.save(REPAIR_ORDERS, order)


async def on_quality_check_failed(unit: Unit, fact: Fact[QualityCheckFailed]) -> None:
    order = await _order(unit, fact)
    order.work.quality_failed(fact.event.lines, fact.at)
    unit.save(REPAIR_ORDERS, order, order.endanger_promise(PromiseReason.QUALITY))


async def on_quality_check_passed(unit: Unit, fact: Fact[QualityCheckPassed]) -> None:
    order = await _order(unit, fact)
    order.work.quality_passed(fact.at, fact.event.inspector, fact.event.road_test)
    unit.save(REPAIR_ORDERS, order)


async def on_vehicle_ready(unit: Unit, fact: Fact[VehicleReady]) -> None:
    order = await _order(unit, fact)
    unit.save(REPAIR_ORDERS, order, order.ready(fact.event.lines, fact.at))


async def on_job_carried_over(unit: Unit, fact: Fact[JobCarriedOver]) -> None:
    """The promise may not hold (R15)."""
    order = await _order(unit, fact)
    unit.save(REPAIR_ORDERS, order, order.endanger_promise(PromiseReason.CARRY_OVER))


async def _progress(unit: Unit, fact: Fact, line_id: str, state: LineState, reason: str = "") -> None:
    """What somebody did on a line before he heard that it was taken back (R9) was done: it is recorded."""
    order = await _order(unit, fact)
    if line_id not in order.agreement.withdrawn:
        order.line_may_be_worked(line_id)
    order.work.progress(line_id, state, fact.at, reason)
    unit.save(REPAIR_ORDERS, order)


async def _order(unit: Unit, fact: Fact) -> RepairOrder:
    """The workshop knows only of authorised work: before that is known here, its facts are early."""
    order = await unit.find(REPAIR_ORDERS, fact.key)
    if order is None or not order.agreement.decisions:
        raise NotYet(REPAIR_ORDERS, fact.key)
    return order


HANDLERS = {
    WorkStarted: on_work_started,
    WorkResumed: on_work_started,
    WorkPaused: on_work_paused,
    WorkFinished: on_work_finished,
    AdditionalWorkFound: on_additional_work_found,
    QualityCheckFailed: on_quality_check_failed,
    QualityCheckPassed: on_quality_check_passed,
    VehicleReady: on_vehicle_ready,
    JobCarriedOver: on_job_carried_over,
}
