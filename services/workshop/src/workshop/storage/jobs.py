"""Jobs, and the rows that remember which vehicle came when."""

from collections.abc import Sequence

from chassis.documents import Documents
from chassis.unit import Unit

from workshop.domain.job import Job
from workshop.domain.job_state import OPEN_STATES, JobState
from workshop.domain.visit import Visit

JOBS = Documents("jobs", "job", Job, id_of=lambda job: job.visit_id, indexes=[("state", "promised_at")])
VISITS = Documents("visits", "visit", Visit, id_of=lambda visit: visit.visit_id, indexes=[("vin", "arrived_at")])

MOST_OPEN_JOBS = 1000
"""More vehicles than this do not stand at one dealer."""


async def open_jobs(unit: Unit, states: Sequence[JobState] = OPEN_STATES) -> list[Job]:
    """The dealer's jobs that are not over, by promised time."""
    wanted = {"state": {"$in": [state.value for state in states]}}
    return await unit.query(JOBS, wanted, sort=[("promised_at", 1), ("visit_id", 1)], limit=MOST_OPEN_JOBS)
