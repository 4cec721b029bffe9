"""Reception as a process: its parts put together."""

from typing import Any

from chassis.app import service
from chassis.consumer import Consumer
from chassis.export import export_router
from chassis.facts import by_dealer, by_visit
from fastapi import FastAPI

from reception.api import (
    arrivals,
    care,
    check_in,
    check_lists,
    deliveries,
    diagnoses,
    documents,
    estimates,
    evidence,
    inspections,
    links,
    lists,
    order_lines,
    order_sheet,
    parts_drafts,
    photos,
    price_lists,
    promises,
    questioning,
    recommendations,
    repair_orders,
    trail,
    visits,
    warranty,
)
from reception.consumers import booking, headquarters, parts, workshop
from reception.consumers import trail as trail_facts
from reception.domain.errors import Refused
from reception.projections.trail import HEARD
from reception.settings import Settings
from reception.storage.collections import ALL, DEALERS, EXPECTED, EXPORTED, REPAIR_ORDERS, VISITS

FACTS = Consumer(
    "facts",
    {**headquarters.HANDLERS, **booking.HANDLERS, **workshop.HANDLERS, **parts.HANDLERS},
    reads={DEALERS: by_dealer, EXPECTED: by_visit, VISITS: by_visit, REPAIR_ORDERS: by_visit},
)
STORY = Consumer("trail", trail_facts.HANDLERS, apart=True)
ROUTERS = [
    arrivals.router,
    check_in.router,
    care.router,
    diagnoses.router,
    inspections.router,
    recommendations.router,
    repair_orders.router,
    order_lines.router,
    order_sheet.router,
    warranty.router,
    photos.router,
    documents.router,
    promises.router,
    price_lists.router,
    parts_drafts.router,
    estimates.router,
    evidence.router,
    deliveries.router,
    visits.router,
    check_lists.router,
    questioning.router,
    links.router,
    lists.router,
    trail.router,
    export_router([*EXPORTED, HEARD]),
]


def build(settings: Settings, **given: Any) -> FastAPI:
    """The application; tests give a runtime and tokens of their own."""
    app = service(
        name="reception",
        description="Arrival, check-in, repair order, estimates, authorisations, promised time, delivery (R1-R20).",
        settings=settings,
        documents=[*ALL, HEARD],
        consumers=[FACTS, STORY],
        routers=ROUTERS,
        refusals=Refused,
        **given,
    )
    app.state.policy = settings.policy
    return app


app = build(Settings())
