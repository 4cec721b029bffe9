"""Booking as a process: its parts put together."""

from chassis.app import service
from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.timers import TimerRule
from chassis.tokens import Tokens
from fastapi import FastAPI

from booking.api import appointments, calendar, capacity, days, offers
from booking.consumers import headquarters, reception, workshop
from booking.domain.errors import Refused
from booking.settings import Settings
from booking.storage.documents import ALL
from booking.storage.reach import dealers_in
from booking.usecases.due import expire_hold, miss_appointment, remind_customer

# One consumer for all topics: no two of its batches write to the same dealer day at once.
FACTS = Consumer("facts", {**headquarters.HANDLERS, **reception.HANDLERS, **workshop.HANDLERS})

TIMERS = {
    ("appointments", "hold-expiry"): TimerRule(expire_hold),
    ("appointments", "reminder"): TimerRule(remind_customer),
    # A no-show is judged only when every arrival that reception announced by then is known here (B10).
    ("appointments", "no-show"): TimerRule(miss_appointment, after=("reception",)),
}


def application(settings: Settings, *, runtime: Runtime | None = None, tokens: Tokens | None = None) -> FastAPI:
    """The service; tests give their own ``runtime`` and ``tokens``."""
    made = service(
        name="booking",
        description="Technician hours, slots and appointments (B1-B19).",
        settings=settings,
        documents=ALL,
        consumers=[FACTS],
        timers=TIMERS,
        routers=[calendar.router, capacity.router, offers.router, appointments.router, days.router],
        refusals=Refused,
        dealers_in=dealers_in,
        runtime=runtime,
        tokens=tokens,
    )
    made.state.policy = settings.policy()
    return made


app = application(Settings())
