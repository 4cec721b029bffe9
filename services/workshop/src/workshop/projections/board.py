"""The progress control board (作业管理看板): every open job, planned against actual, late or at risk ahead (W2)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.values import TechnicianHours

from workshop.domain.dealer import Dealer
from workshop.domain.hours import total
from workshop.domain.job import Job
from workshop.domain.roster import WorkshopRules


class Risk(StrEnum):
    """Whether the promise to the customer will be kept."""

    ON_TIME = "ON_TIME"
    AT_RISK = "AT_RISK"
    LATE = "LATE"


@dataclass(frozen=True)
class BoardRow:
    job: Job
    planned: TechnicianHours
    worked: TechnicianHours
    remaining: TechnicianHours
    expected_ready_at: datetime
    risk: Risk


def board(jobs: Iterable[Job], dealer: Dealer, rules: WorkshopRules, now: datetime) -> list[BoardRow]:
    """Most urgent first: late, at risk, on time, each by promised time."""
    order = list(reversed(Risk))
    rows = [_row(job, dealer, rules, now) for job in jobs]
    return sorted(rows, key=lambda row: (order.index(row.risk), row.job.promised_at, row.job.visit_id))


def expected_ready_at(job: Job, dealer: Dealer, rules: WorkshopRules, now: datetime) -> datetime:
    """When nothing else gets in between: technicians work side by side, then come quality control and wash (R11)."""
    if job.quality.ready_at:
        return job.quality.ready_at
    by_technician: dict[str, int] = defaultdict(int)
    for line in job.unfinished:
        by_technician[line.dispatch.technician if line.dispatch else ""] += line.remaining(now).minutes
    begins = max(now, dealer.start_of(job.carried_to)) if job.carried_to else now
    return begins + timedelta(minutes=max(by_technician.values(), default=0) + rules.finishing_minutes)


def _row(job: Job, dealer: Dealer, rules: WorkshopRules, now: datetime) -> BoardRow:
    expected = expected_ready_at(job, dealer, rules, now)
    return BoardRow(
        job=job,
        planned=total(line.planned for line in job.live_lines),
        worked=total(line.worked(now) for line in job.live_lines),
        remaining=total(line.remaining(now) for line in job.live_lines),
        expected_ready_at=expected,
        risk=_risk(job, expected, now),
    )


def _risk(job: Job, expected: datetime, now: datetime) -> Risk:
    reached = job.quality.ready_at or now
    if reached > job.promised_at:
        return Risk.LATE
    return Risk.AT_RISK if expected > job.promised_at else Risk.ON_TIME
