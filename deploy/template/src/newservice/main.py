"""Newservice as a process: its parts put together."""

from typing import Any

from chassis.app import service
from chassis.consumer import Consumer
from fastapi import FastAPI

from newservice.api import tasks
from newservice.consumers import headquarters
from newservice.domain.errors import Refused
from newservice.settings import Settings
from newservice.storage.dealers import DEALERS
from newservice.storage.tasks import TASKS


def build(settings: Settings, **replaced: Any) -> FastAPI:
    """The application. ``replaced``: what tests put in the place of the real store and issuer."""
    return service(
        name="newservice",
        description="What newservice is for.",
        settings=settings,
        documents=[DEALERS, TASKS],
        consumers=[Consumer("facts", {**headquarters.HANDLERS})],
        routers=[tasks.router],
        refusals=Refused,
        **replaced,
    )


app = build(Settings())
