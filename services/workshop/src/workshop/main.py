"""The workshop as a process: its parts put together."""

from chassis.app import service
from chassis.consumer import Consumer

from workshop.api import board, dispatch, jobs, quality, roster, work
from workshop.consumers import headquarters, reception
from workshop.domain.errors import Refused
from workshop.settings import Settings
from workshop.storage.dealers import DEALERS
from workshop.storage.dispatch import CLOCKS, ROSTERS, SHEETS
from workshop.storage.jobs import JOBS, VISITS

DOCUMENTS = [JOBS, VISITS, ROSTERS, SHEETS, CLOCKS, DEALERS]
ROUTERS = [board.router, dispatch.router, jobs.router, work.router, quality.router, roster.router]

# One consumer for all topics: a fact that waits for a dealer is applied in the transaction that brings the dealer.
FACTS = Consumer("facts", {**headquarters.HANDLERS, **reception.HANDLERS})

app = service(
    name="workshop",
    description="Dispatch, work and its clocks, findings, quality control, carry-over (W1-W9).",
    settings=Settings(),
    documents=DOCUMENTS,
    consumers=[FACTS],
    routers=ROUTERS,
    refusals=Refused,
)
