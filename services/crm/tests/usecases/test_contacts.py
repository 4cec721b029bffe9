"""What becomes of a requested contact: sent, a task, put off, or held back (C4)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from chassis.testing import MemoryStore, all_documents, memory_unit
from contracts.crm import (
    ComplaintClass,
    ComplaintOrigin,
    ContactMade,
    ContactPostponed,
    ContactWithheld,
    Purpose,
    Topic,
)
from contracts.event import Event
from contracts.values import Channel
from crm.channels import Delivery, Sender, VisibleOutbox
from crm.domain.complaint import Deadlines
from crm.domain.contact import CallOutcome, Contact, ContactState
from crm.domain.contact_policy import Allow, Never
from crm.domain.errors import CustomerUnknown, DealerUnknown
from crm.projections.messages import Message, message_of
from crm.storage.contacts import CONTACTS
from crm.usecases.ask_gate import AskGate, ask_gate
from crm.usecases.change_customer import ChangeCustomer, change_customer
from crm.usecases.deliver_message import deliver_message
from crm.usecases.handle_complaint import close_complaint, offer_solution
from crm.usecases.open_complaint import OpenComplaint, open_complaint
from crm.usecases.record_call_result import RecordCallResult, record_call_result
from crm.usecases.request_contact import RequestContact, request_contact
from crm.usecases.retry_contact import retry_contact
from crm_builders import LINK, NIGHT, NINE, TEN, ZHANG, a_store, hear, order_opened

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


async def test_a_message_is_sent_once_and_announced_after_it_left() -> None:
    """C4."""
    store = await a_store()
    before = len(store.events)
    contact = await request(store, Purpose.REMINDER, about={"arrival": TEN.isoformat()})
    assert (contact.state, len(store.events)) == (ContactState.SENDING, before)
    assert (await deliver(store)).state is ContactState.SENT
    fact = last_fact(store)
    assert isinstance(fact, ContactMade)
    assert (fact.purpose, fact.channel) == (Purpose.REMINDER, Channel.SMS)


async def test_the_same_cause_makes_one_contact() -> None:
    """C4: a fact that comes again asks nothing new."""
    store = await a_store()
    await request(store, Purpose.REMINDER)
    await request(store, Purpose.REMINDER)
    assert len(all_documents(store, CONTACTS)) == 1


async def test_an_unknown_outcome_comes_again_under_the_same_key() -> None:
    """C4: at worst unknown, never silently doubled."""
    store = await a_store()
    await request(store, Purpose.REMINDER)
    provider = Provider(Delivery.UNKNOWN, Delivery.TAKEN)
    unknown = await deliver(store, provider)
    assert unknown.state is ContactState.UNKNOWN
    assert unknown.next_attempt_at is not None
    sent = await deliver(store, provider, now=unknown.next_attempt_at)
    assert (sent.state, provider.keys) == (ContactState.SENT, ["fact-1", "fact-1"])


async def test_a_delivery_that_was_overtaken_sends_nothing() -> None:
    """A timer that fires again after its work was done changes nothing."""
    store = await a_store()
    await request(store, Purpose.REMINDER)
    await deliver(store)
    provider = Provider()
    await deliver(store, provider)
    assert provider.keys == []


async def test_a_message_the_channel_refuses_is_withheld() -> None:
    """C4."""
    store = await a_store()
    await request(store, Purpose.REMINDER)
    assert (await deliver(store, Provider(Delivery.REFUSED))).state is ContactState.WITHHELD
    assert isinstance(last_fact(store), ContactWithheld)


async def test_nobody_writes_to_a_person_who_was_erased() -> None:
    """C15."""
    store = await a_store()
    await request(store, Purpose.REMINDER)
    store.sealing.erased.add(ZHANG.person_id)
    provider = Provider()
    assert (await deliver(store, provider)).state is ContactState.WITHHELD
    assert provider.messages == []


async def test_the_provider_gets_the_opened_text_with_the_personal_link() -> None:
    """R12: and the store keeps it sealed."""
    store = await a_store()
    await hear(store, order_opened())
    about = {"amount": "1234.50 CNY", "expires": LATER.isoformat()}
    await request(store, Purpose.AUTHORISATION, about=about, link=LINK)
    provider = Provider(Delivery.TAKEN)
    await deliver(store, provider)
    (message,) = provider.messages
    assert message.text == (
        "Zhang Wei您好，请于2025-06-23 11:00前确认您的Corolla (沪A12345)的维修估价1234.50 CNY："
        "https://example.invalid/links/token-1"
    )
    assert message.phone == "+8613800000001"
    assert "Zhang Wei" not in str(store.documents["contacts"])
    assert "token-1" not in str(store.documents["contacts"])


async def test_quiet_hours_put_off_and_the_gate_is_asked_again_at_their_end() -> None:
    """C4."""
    store = await a_store(now=NIGHT)
    contact = await request(store, Purpose.REMINDER, now=NIGHT)
    assert (contact.state, contact.until) == (ContactState.POSTPONED, NINE)
    assert isinstance(last_fact(store), ContactPostponed)
    unit = memory_unit(store=store, now=NINE)
    await retry_contact(unit, "fact-1", NINE)
    await unit.commit()
    assert (await kept(store)).state is ContactState.SENDING


async def test_what_was_put_off_is_withheld_when_a_complaint_came_up_meanwhile() -> None:
    """C4, C5."""
    store = await a_store(now=NIGHT)
    await request(store, Purpose.SURVEY, now=NIGHT)
    await complain(store, now=NIGHT)
    unit = memory_unit(store=store, now=NINE)
    await retry_contact(unit, "fact-1", NINE)
    await unit.commit()
    assert ((await kept(store)).state, (await kept(store)).rule) == (ContactState.WITHHELD, "open-complaint")


async def test_a_retry_that_was_overtaken_does_nothing() -> None:
    """C4."""
    store = await a_store()
    await request(store, Purpose.REMINDER)
    unit = memory_unit(store=store)
    await retry_contact(unit, "fact-1", NINE)
    assert unit.changes() == []


async def test_a_customer_who_waits_is_told_at_any_hour() -> None:
    """C4, R15."""
    store = await a_store(now=NIGHT)
    await hear(store, order_opened(waiting=True), now=NIGHT)
    assert (await request(store, Purpose.PROGRESS, now=NIGHT)).state is ContactState.SENDING


async def test_a_refused_channel_gives_way_to_the_next() -> None:
    """C4."""
    store = await a_store()
    await wish(store, preferred_channel=Channel.WECHAT, refused_channels=[Channel.SMS])
    assert (await request(store, Purpose.REMINDER)).channel is Channel.WECHAT
    await wish(store, forget_preference=True, refused_channels=[Channel.SMS, Channel.WECHAT])
    assert (await request(store, Purpose.REMINDER, cause="fact-2")).channel is Channel.APP


async def test_the_first_follow_up_after_a_complaint_asks_and_the_next_avoids_the_subject() -> None:
    """C4."""
    store = await a_store()
    await complain(store)
    await close(store)
    first = await request(store, Purpose.SURVEY, now=LATER)
    assert first.raise_topics == [Topic.COMPLAINT_SATISFACTION]
    await deliver(store, now=LATER)
    second = await request(store, Purpose.SURVEY, cause="fact-2", now=LATER + timedelta(hours=1))
    assert (second.raise_topics, second.avoid_topics) == ([], [Topic.COMPLAINT_SUBJECT])


async def test_a_second_complaint_makes_the_next_follow_up_the_first_again() -> None:
    """C4."""
    store = await a_store()
    await complain(store)
    await close(store)
    await request(store, Purpose.SURVEY, now=LATER)
    await deliver(store, now=LATER)
    again = LATER + timedelta(hours=1)
    await complain(store, "case-2", now=again)
    await close(store, "case-2", now=again)
    third = await request(store, Purpose.SURVEY, cause="fact-2", now=again + timedelta(hours=1))
    assert third.raise_topics == [Topic.COMPLAINT_SATISFACTION]


async def test_a_complaint_ends_open_call_tasks_but_not_the_call_it_came_up_in() -> None:
    """C4, C5."""
    store = await a_store()
    await request(store, Purpose.SURVEY, wanted=Channel.PHONE)
    await complain(store, about_visit="visit-1")
    assert (await kept(store)).state is ContactState.TASK
    await complain(store, "case-2", about_visit="visit-2")
    assert (await kept(store)).state is ContactState.WITHHELD
    assert isinstance(last_fact(store), ContactWithheld)


async def test_a_call_is_recorded_with_a_sealed_note() -> None:
    """B10, C3."""
    store = await a_store()
    await request(store, Purpose.NO_SHOW_FOLLOW_UP, wanted=Channel.PHONE)
    unit = memory_unit(store=store)
    await record_call_result(unit, RecordCallResult("fact-1", CallOutcome.REBOOKED, "his mother was ill"))
    await unit.commit()
    contact = await kept(store)
    assert contact.state is ContactState.DONE
    assert await memory_unit(store=store).open(contact.note) == "his mother was ill"
    assert "mother" not in str(store.documents)


async def test_the_gate_explains_itself_without_any_effect() -> None:
    """C4."""
    store = await a_store()
    await complain(store)
    unit = memory_unit(store=store, now=TEN)
    answer = await ask_gate(unit, AskGate("SH001", ZHANG.person_id, Purpose.CARE))
    assert isinstance(answer, Never)
    assert answer.rule == "open-complaint"
    handler = await ask_gate(unit, AskGate("SH001", ZHANG.person_id, Purpose.COMPLAINT_HANDLING, Channel.PHONE))
    assert handler == Allow(Channel.PHONE, "handler-of-the-complaint")
    assert unit.changes() == []


async def test_the_gate_needs_a_known_dealer_and_a_known_customer() -> None:
    """C4, H1."""
    with pytest.raises(DealerUnknown):
        await ask_gate(memory_unit(), AskGate("SH001", "person-1", Purpose.CARE))
    store = await a_store(with_customer=False)
    with pytest.raises(CustomerUnknown):
        await ask_gate(memory_unit(store=store), AskGate("SH001", "person-1", Purpose.CARE))


async def test_a_call_task_shows_an_agent_what_to_say_in_the_dealers_language() -> None:
    """C4, X4."""
    store = await a_store()
    contact = await request(store, Purpose.NO_SHOW_FOLLOW_UP, wanted=Channel.PHONE, about={"arrival": TEN.isoformat()})
    script = await message_of(memory_unit(store=store), contact)
    assert script.text == (
        "Zhang Wei您好，2025-06-23 10:00未能在浦东汽车见到您，是否为您的Corolla (沪A12345)重新预约？"
        " 今后您希望我们以何种方式联系您？"
    )
