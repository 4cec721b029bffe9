"""Customer relations as a process: its parts put together."""

from functools import partial

from chassis.app import service
from chassis.consumer import Consumer
from chassis.timers import TimerRule

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
from crm.storage.visits import VISITS
from crm.usecases.deliver_message import deliver_message
from crm.usecases.handle_complaint import mark_overdue
from crm.usecases.retry_contact import retry_contact

settings = Settings()
intake = settings.intake()

# One consumer for all topics: its batches follow each other, so no two of them write to the same customer at once.
FACTS = Consumer(
    "facts", {**headquarters.HANDLERS, **booking.HANDLERS, **reception.HANDLERS, **survey.handlers(intake)}
)
TIMERS = {
    # A low score announced before the end of the quiet hours must hold back what they put off.
    ("contacts", "retry"): TimerRule(retry_contact, after=("survey",)),
    ("contacts", "delivery"): TimerRule(partial(deliver_message, sender=VisibleOutbox())),
    ("complaints", "deadline"): TimerRule(mark_overdue),
}

app = service(
    name="crm",
    description="Customers (C1), their contact history (C3), the contact gate (C4) and complaints (C5).",
    settings=settings,
    documents=[DEALERS, CUSTOMERS, VISITS, CONTACTS, COMPLAINTS, HISTORY],
    consumers=[FACTS],
    timers=TIMERS,
    routers=[customers.router, contacts.router, call_tasks.router, complaints.router],
    refusals=Refused,
)
app.state.intake = intake
