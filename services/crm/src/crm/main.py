"""Customer relations as a process: its parts put together."""

from functools import partial
from typing import Any

from chassis.app import service
from chassis.consumer import Consumer
from chassis.facts import by_dealer, by_visit
from chassis.timers import TimerRule
from fastapi import FastAPI

from crm.api import call_tasks, complaints, contacts, customers
from crm.channels import VisibleOutbox
from crm.consumers import booking, headquarters, reception, survey
from crm.domain.errors import Refused
from crm.projections.history import HISTORY
from crm.settings import Settings
from crm.storage.complaints import COMPLAINTS
from crm.storage.contacts import CONTACTS
from crm.storage.customers import CUSTOMERS
from crm.storage.dealers import DEALERS
from crm.storage.shared_vehicles import OWNERS
from crm.storage.visits import VISITS
from crm.usecases.deliver_message import deliver_message
from crm.usecases.handle_complaint import mark_overdue
from crm.usecases.retry_contact import retry_contact

DOCUMENTS = [DEALERS, CUSTOMERS, VISITS, CONTACTS, COMPLAINTS, HISTORY, OWNERS]
TIMERS = {
    # A low score announced before the end of the quiet hours must hold back what they put off.
    ("contacts", "retry"): TimerRule(retry_contact, after=("survey",)),
    ("contacts", "delivery"): TimerRule(partial(deliver_message, sender=VisibleOutbox())),
    ("complaints", "deadline"): TimerRule(mark_overdue),
}


def build(settings: Settings, **given: Any) -> FastAPI:
    """The application; tests give a runtime and tokens of their own."""
    intake = settings.intake()
    # One consumer for all topics: its batches follow each other, so no two of them write to the same customer at once.
    facts = Consumer(
        "facts",
        {**headquarters.HANDLERS, **booking.HANDLERS, **reception.HANDLERS, **survey.handlers(intake)},
        reads={DEALERS: by_dealer, VISITS: by_visit},
    )
    app = service(
        name="crm",
        description="Customers (C1), their contact history (C3), the contact gate (C4) and complaints (C5).",
        settings=settings,
        documents=DOCUMENTS,
        consumers=[facts],
        timers=TIMERS,
        routers=[customers.router, contacts.router, call_tasks.router, complaints.router],
        refusals=Refused,
        **given,
    )
    app.state.intake = intake
    return app


app = build(Settings())
