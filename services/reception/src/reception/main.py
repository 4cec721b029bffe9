"""Reception as a process: its parts put together."""

from chassis.app import service
from chassis.consumer import Consumer

from reception.api import arrivals, check_in, check_lists, deliveries, estimates, links, repair_orders, visits
from reception.consumers import booking, headquarters, workshop
from reception.domain.errors import Refused
from reception.settings import Settings
from reception.storage.collections import ALL

settings = Settings()

app = service(
    name="reception",
    description="Arrival, check-in, repair order, estimates and authorisations, promised time, delivery (R1-R19).",
    settings=settings,
    documents=ALL,
    consumers=[Consumer("facts", {**headquarters.HANDLERS, **booking.HANDLERS, **workshop.HANDLERS})],
    routers=[
        arrivals.router,
        check_in.router,
        repair_orders.router,
        estimates.router,
        deliveries.router,
        visits.router,
        check_lists.router,
        links.router,
    ],
    refusals=Refused,
)
app.state.policy = settings.policy
