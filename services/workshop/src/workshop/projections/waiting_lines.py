"""The lines that wait for a technician, out of the open jobs: what the dispatch proposal is made from (W1)."""

from collections.abc import Iterable
from datetime import date, datetime

from workshop.domain.job import Job
from workshop.domain.line import LineState
from workshop.domain.proposal import WaitingLine


def waiting_lines(jobs: Iterable[Job], day: date, now: datetime) -> list[WaitingLine]:
    """Lines not dispatched yet, and those on hold; a job carried over to a later day waits for that day (W8)."""
    return [
        WaitingLine(
            visit_id=job.visit_id,
            line_id=line.line_id,
            work_class=line.work_class,
            hours=line.remaining(now),
            promised_at=job.promised_at,
            waiting=job.waiting,
            carried_over=job.carried_to is not None,
            held=line.hold,
        )
        for job in jobs
        if job.carried_to is None or job.carried_to <= day
        for line in job.lines
        if line.state in (LineState.PENDING, LineState.ON_HOLD)
    ]
