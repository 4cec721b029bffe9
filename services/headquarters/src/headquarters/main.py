"""Headquarters as a process: its parts put together."""

from typing import Any

from chassis.app import service
from chassis.consumer import Consumer
from chassis.facts import by_dealer, by_visit
from fastapi import FastAPI

from headquarters.api import dealers, figures, visits
from headquarters.consumers import booking, crm, reception, survey, workshop
from headquarters.domain.errors import Refused
from headquarters.projections.figures import BALANCES, FIGURE_DAYS
from headquarters.projections.network import NETWORK_BALANCES, NETWORK_MONTHS
from headquarters.projections.rows import ROWS
from headquarters.projections.visit_facts import VISIT_FACTS
from headquarters.projections.visits import VISITS
from headquarters.settings import Settings
from headquarters.storage.dealers import DEALERS, dealers_in

# One consumer for all topics: its batches follow each other, so no two of them write to the same visit at once.
FACTS = Consumer(
    "facts",
    {**booking.HANDLERS, **reception.HANDLERS, **workshop.HANDLERS, **crm.HANDLERS, **survey.HANDLERS},
    batch=500,
    reads={DEALERS: by_dealer, VISITS: by_visit},
)


def build(settings: Settings, **replaced: Any) -> FastAPI:
    """The application. ``replaced``: what tests put in the place of the real store and issuer."""
    return service(
        name="headquarters",
        description="Dealers of the network (H1), figures with their explanation (H4, H9), visits as one story (X2).",
        settings=settings,
        documents=[DEALERS, ROWS, FIGURE_DAYS, BALANCES, NETWORK_MONTHS, NETWORK_BALANCES, VISITS, VISIT_FACTS],
        consumers=[FACTS],
        routers=[dealers.router, figures.router, visits.router],
        refusals=Refused,
        dealers_in=dealers_in,
        **replaced,
    )


app = build(Settings())
