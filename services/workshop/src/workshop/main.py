"""The workshop as a process: its parts put together."""

from typing import Any

from chassis.app import service
from chassis.consumer import Consumer
from chassis.facts import by_dealer, by_visit
from fastapi import FastAPI

from workshop.api import board, dispatch, jobs, quality, roster, work
from workshop.consumers import booking, headquarters, reception
from workshop.domain.errors import Refused
from workshop.projections.expected_vehicles import EXPECTED
from workshop.settings import Settings
from workshop.storage.dealers import DEALERS
from workshop.storage.dispatch import CLOCKS, ROSTERS, SHEETS
from workshop.storage.jobs import JOBS, VISITS

DOCUMENTS = [JOBS, VISITS, ROSTERS, SHEETS, CLOCKS, DEALERS, EXPECTED]

# One consumer for all topics: a fact that waits for a dealer is applied in the transaction that brings the dealer.
FACTS = Consumer(
    "facts",
    {**headquarters.HANDLERS, **booking.HANDLERS, **reception.HANDLERS},
    reads={DEALERS: by_dealer, VISITS: by_visit, JOBS: by_visit, EXPECTED: by_visit},
)


def build(settings: Settings, **replaced: Any) -> FastAPI:
    """The application. ``replaced``: what tests put in the place of the real store and issuer."""
    return service(
        name="workshop",
        description="Dispatch, work and its clocks, findings, quality control, carry-over (W1-W9).",
        settings=settings,
        documents=DOCUMENTS,
        consumers=[FACTS],
        routers=[board.router, dispatch.router, jobs.router, work.router, quality.router, roster.router],
        refusals=Refused,
        **replaced,
    )


app = build(Settings())
