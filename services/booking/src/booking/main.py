"""Booking as a process: its parts put together."""

from functools import partial

from chassis.app import service
from chassis.consumer import Consumer
from chassis.export import export_router
from chassis.facts import by_dealer, by_visit
from chassis.runtime import Runtime
from chassis.timers import Rules, TimerRule
from chassis.tokens import Tokens
from fastapi import FastAPI

from booking.api import (
    appointments,
    calendar,
    capacity,
    days,
    figures,
    links,
    lists,
    mobility,
    offers,
    parts,
    readiness,
    vehicles,
    waiting,
)
from booking.consumers import headquarters, reception, workshop
from booking.consumers import parts as parts_facts
from booking.domain.errors import Refused
from booking.domain.policy import Policy
from booking.settings import Settings
from booking.storage.documents import ALL, APPOINTMENTS, DEALERS
from booking.storage.reach import dealers_in
from booking.usecases.acknowledge_readiness import alert_unready
from booking.usecases.due import expire_hold, miss_appointment, remind_customer
from booking.usecases.remember_visit import tell_maintenance_due
from booking.usecases.wait_for_place import end_waiting


def facts(policy: Policy) -> Consumer:
    """One consumer for all topics: no two of its batches write to the same dealer day at once."""
    return Consumer(
        "facts",
        {**headquarters.HANDLERS, **parts_facts.HANDLERS, **reception.handlers(policy), **workshop.HANDLERS},
        reads={DEALERS: by_dealer, APPOINTMENTS: by_visit},
    )


def timers(policy: Policy) -> Rules:
    """What happens when something falls due."""
    return {
        ("appointments", "hold-expiry"): TimerRule(partial(expire_hold, policy=policy)),
        ("appointments", "reminder"): TimerRule(remind_customer),
        ("appointments", "readiness"): TimerRule(alert_unready),
        # A no-show is judged only when every arrival that reception announced by then is known here (B10).
        ("appointments", "no-show"): TimerRule(partial(miss_appointment, policy=policy), after=("reception",)),
        ("waiting", "waiting-over"): TimerRule(end_waiting),
        ("vehicle_files", "maintenance-due"): TimerRule(tell_maintenance_due),
    }


def application(settings: Settings, *, runtime: Runtime | None = None, tokens: Tokens | None = None) -> FastAPI:
    """The service; tests give their own ``runtime`` and ``tokens``."""
    made = service(
        name="booking",
        description="Technician hours, slots and appointments (B1-B19).",
        settings=settings,
        documents=ALL,
        consumers=[facts(settings.policy())],
        timers=timers(settings.policy()),
        routers=[
            calendar.router,
            capacity.router,
            offers.router,
            appointments.router,
            days.router,
            waiting.router,
            vehicles.router,
            figures.router,
            readiness.router,
            parts.router,
            mobility.router,
            links.router,
            lists.router,
            export_router(ALL),
        ],
        refusals=Refused,
        dealers_in=dealers_in,
        runtime=runtime,
        tokens=tokens,
    )
    made.state.policy = settings.policy()
    return made


app = application(Settings())
