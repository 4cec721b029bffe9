"""The survey as a process: its parts put together."""

from datetime import datetime
from typing import Any

from chassis.app import service
from chassis.consumer import Consumer
from chassis.facts import by_dealer, by_visit
from chassis.timers import TimerRule
from chassis.unit import Unit
from fastapi import FastAPI

from survey.api import invitations, links, satisfaction
from survey.consumers import crm, headquarters, reception
from survey.domain.errors import Refused
from survey.settings import Settings
from survey.storage.dealers import DEALERS, dealers_in
from survey.storage.invitations import INVITATIONS
from survey.usecases.ask_customer import AskCustomer, ask_customer
from survey.usecases.expire_follow_up import expire_follow_up

READS = {DEALERS: by_dealer, INVITATIONS: by_visit}


def build(settings: Settings, **replaced: Any) -> FastAPI:
    """The application. ``replaced``: what tests put in the place of the real store and issuer."""
    policy = settings.policy()

    async def fire_follow_up_due(unit: Unit, visit_id: str, due: datetime) -> None:
        await ask_customer(unit, AskCustomer(visit_id, policy, settings.link_base))

    return service(
        name="survey",
        description="Follow-ups after each delivery (V1), questionnaires (V2), low scores (V4), one answer each (V7).",
        settings=settings,
        documents=[DEALERS, INVITATIONS],
        consumers=[
            Consumer("headquarters", headquarters.HANDLERS),
            Consumer("reception", reception.HANDLERS, reads=READS, apart=True),
            Consumer("crm", crm.HANDLERS, reads=READS, apart=True),
        ],
        timers={
            ("invitations", "follow-up-due"): TimerRule(fire_follow_up_due),
            ("invitations", "expiry"): TimerRule(expire_follow_up),
        },
        routers=[invitations.router(policy), links.router(policy), satisfaction.router],
        refusals=Refused,
        dealers_in=dealers_in,
        **replaced,
    )


app = build(Settings())
