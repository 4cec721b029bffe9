"""Contacts and complaints brought about for tests, each step a unit of work of its own."""

from datetime import datetime, timedelta
from typing import Any

from chassis.testing import MemoryStore, memory_unit
from contracts.crm import (
    ComplaintClass,
    ComplaintOrigin,
    Purpose,
)
from contracts.event import Event
from crm.channels import Delivery, Sender, VisibleOutbox
from crm.domain.complaint import Deadlines
from crm.domain.contact import Contact
from crm.projections.messages import Message
from crm.storage.contacts import CONTACTS
from crm.usecases.change_customer import ChangeCustomer, change_customer
from crm.usecases.deliver_message import deliver_message
from crm.usecases.handle_complaint import close_complaint, offer_solution
from crm.usecases.open_complaint import OpenComplaint, open_complaint
from crm.usecases.request_contact import RequestContact, request_contact
from crm_builders import TEN, ZHANG

LATER = TEN + timedelta(hours=1)


class Provider:
    """A channel that answers as told and remembers what it was given."""

    def __init__(self, *answers: Delivery) -> None:
        self.answers = list(answers)
        self.keys: list[str] = []
        self.messages: list[Message] = []

    async def deliver(self, message: Message, key: str) -> Delivery:
        self.keys.append(key)
        self.messages.append(message)
        return self.answers.pop(0)


async def request(
    store: MemoryStore, purpose: Purpose, *, cause: str = "fact-1", now: datetime = TEN, **more: Any
) -> Contact:
    unit = memory_unit(store=store, now=now)
    command = RequestContact("SH001", cause, ZHANG.person_id, "visit-1", purpose, **more)
    contact = await request_contact(unit, command)
    await unit.commit()
    return contact


async def deliver(
    store: MemoryStore,
    provider: Sender | None = None,
    *,
    cause: str = "fact-1",
    now: datetime = TEN,
    due: datetime | None = None,
) -> Contact:
    unit = memory_unit(store=store, now=now)
    await deliver_message(unit, cause, due or now, sender=provider or VisibleOutbox())
    await unit.commit()
    return await kept(store, cause)


async def kept(store: MemoryStore, cause: str = "fact-1") -> Contact:
    return await memory_unit(store=store).get(CONTACTS, cause)


async def wish(store: MemoryStore, **wishes: Any) -> None:
    unit = memory_unit(store=store)
    await change_customer(unit, ChangeCustomer(ZHANG.person_id, **wishes))
    await unit.commit()


async def complain(
    store: MemoryStore, case_id: str = "case-1", *, about_visit: str | None = None, now: datetime = TEN
) -> None:
    unit = memory_unit(store=store, now=now)
    await open_complaint(
        unit,
        OpenComplaint(
            "SH001",
            case_id,
            ZHANG.person_id,
            ComplaintClass.SERVICE,
            ComplaintOrigin.BY_HAND,
            "carla",
            Deadlines(),
            about_visit=about_visit,
        ),
    )
    await unit.commit()


async def close(store: MemoryStore, case_id: str = "case-1", *, now: datetime = TEN) -> None:
    unit = memory_unit(store=store, now=now)
    await offer_solution(unit, case_id, "a free wash")
    await close_complaint(unit, case_id, agreed=True, satisfied=None)
    await unit.commit()


def last_fact(store: MemoryStore) -> Event:
    return store.announced_events()[-1]
