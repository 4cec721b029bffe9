"""Second stage of quality control: the inspector (W7)."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import NO_HOURS, TechnicianHours

from workshop.domain.job import Job
from workshop.storage.jobs import JOBS


@dataclass(frozen=True)
class CheckQuality:
    """Passed: ``checked`` and ``road_test`` count. Failed: ``lines``, ``reason`` and the hours expected per line."""

    visit_id: str
    inspector: str
    passed: bool
    road_test: bool = False
    checked: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    reason: str = ""
    rework: TechnicianHours = NO_HOURS


async def check_quality(unit: Unit, command: CheckQuality) -> Job:
    """Raises ``SelfCheckMissing``, ``InspectorDidTheWork``, ``CheckListIncomplete``, ``RoadTestMissing``,
    ``FailureNeedsLinesAndReason``, ``QualityAlreadyPassed``, ``WorkUnfinished``."""
    job = await unit.get(JOBS, command.visit_id)
    if command.passed:
        events = job.pass_quality(command.inspector, command.road_test, command.checked, unit.now)
    else:
        events = job.fail_quality(command.inspector, command.lines, command.reason, command.rework, unit.now)
    unit.save(JOBS, job, events)
    return job
