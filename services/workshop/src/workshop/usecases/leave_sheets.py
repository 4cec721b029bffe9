"""Lines leave the dispatch sheets of the days they were given on (W1, W8)."""

from collections.abc import Iterable

from chassis.unit import Unit

from workshop.domain.job import Job
from workshop.domain.line import JobLine
from workshop.storage.dispatch import keep_sheet, sheet_of


async def leave_sheets(unit: Unit, job: Job, lines: Iterable[JobLine]) -> None:
    """What was worked since the dispatch stays on the sheet; the rest of the hours and the bay are free again."""
    for line in lines:
        if line.dispatch is None:
            continue
        sheet = await sheet_of(unit, job.dealer_id, line.dispatch.day)
        sheet.release(job.visit_id, {line.line_id: line.worked_since_dispatch(unit.now)})
        await keep_sheet(unit, sheet)
