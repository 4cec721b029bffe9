"""Between the gate's decision and the hand-over much can happen: the gate is asked again, each time (C4)."""

from datetime import datetime, timedelta

from chassis.testing import MemoryStore, memory_unit
from contracts.crm import ContactMade, ContactPostponed, ContactWithheld, Purpose
from contracts.values import Channel
from crm.channels import Delivery
from crm.domain.contact import Contact, ContactState
from crm.usecases.retry_contact import retry_contact
from crm_builders import TEN, a_store, announced
from crm_contacts import Provider, close, complain, deliver, kept, last_fact, request, wish

TONIGHT = TEN + timedelta(hours=13)
"""Eleven o'clock at night in Shanghai."""
TOMORROW = TEN + timedelta(hours=23)
"""Nine o'clock: the quiet hours are over."""


async def left_unknown(store: MemoryStore) -> datetime:
    """A first hand-over without a clear answer; when the next is due."""
    unknown = await deliver(store, Provider(Delivery.UNKNOWN))
    assert unknown.next_attempt_at is not None
    return unknown.next_attempt_at


async def at_the_end_of_the_quiet_hours(store: MemoryStore) -> Contact:
    unit = memory_unit(store=store, now=TOMORROW)
    await retry_contact(unit, "fact-1", TOMORROW)
    await unit.commit()
    return await kept(store)


async def test_a_complaint_opened_between_decision_and_delivery_holds_the_message_back() -> None:
    """C4, C5."""
    store = await a_store()
    await request(store, Purpose.SURVEY)
    await complain(store)
    provider = Provider()
    contact = await deliver(store, provider)
    assert (contact.state, contact.rule, provider.keys) == (ContactState.WITHHELD, "open-complaint", [])
    assert isinstance(last_fact(store), ContactWithheld)
    await close(store)
    assert (await deliver(store, provider)).state is ContactState.WITHHELD


async def test_a_message_that_an_outage_kept_until_the_night_waits_for_the_morning() -> None:
    """C4."""
    store = await a_store()
    await request(store, Purpose.SURVEY)
    provider = Provider(Delivery.TAKEN)
    contact = await deliver(store, provider, due=TEN, now=TONIGHT)
    assert (contact.state, contact.until, provider.keys) == (ContactState.POSTPONED, TOMORROW, [])
    assert isinstance(last_fact(store), ContactPostponed)
    await at_the_end_of_the_quiet_hours(store)
    assert (await deliver(store, provider, now=TOMORROW)).state is ContactState.SENT


async def test_a_message_that_lost_its_sense_during_an_outage_is_not_sent() -> None:
    """C4."""
    store = await a_store()
    await request(store, Purpose.REMINDER, useful_until=TEN + timedelta(hours=1))
    provider = Provider()
    contact = await deliver(store, provider, due=TEN, now=TEN + timedelta(hours=1))
    assert (contact.state, contact.rule, provider.keys) == (ContactState.WITHHELD, "too-late", [])


async def test_a_message_goes_by_the_channel_that_suits_at_the_hand_over() -> None:
    """C4."""
    store = await a_store()
    await request(store, Purpose.REMINDER)
    await wish(store, preferred_channel=Channel.WECHAT)
    provider = Provider(Delivery.TAKEN)
    await deliver(store, provider)
    assert [message.channel for message in provider.messages] == [Channel.WECHAT]
    (made,) = announced(store, ContactMade)
    assert made.channel is Channel.WECHAT


async def test_a_message_becomes_a_call_task_when_only_the_phone_is_accepted_by_now() -> None:
    """C4."""
    store = await a_store()
    await request(store, Purpose.REMINDER)
    await wish(store, refused_channels=[Channel.SMS, Channel.WECHAT, Channel.APP, Channel.EMAIL])
    provider = Provider()
    assert (await deliver(store, provider)).state is ContactState.TASK
    assert (provider.keys, len(announced(store, ContactMade))) == ([], 1)


async def test_a_complaint_ends_the_retries_of_an_unknown_message() -> None:
    """C4, C5."""
    store = await a_store()
    await request(store, Purpose.SURVEY)
    due = await left_unknown(store)
    await complain(store)
    provider = Provider()
    contact = await deliver(store, provider, now=due)
    assert (contact.state, contact.rule, provider.keys) == (ContactState.WITHHELD, "open-complaint", [])


async def test_a_retry_keeps_key_and_channel_whatever_is_preferred_by_now() -> None:
    """C4: the first attempt may have left; by another channel it would come twice."""
    store = await a_store()
    await request(store, Purpose.SURVEY)
    due = await left_unknown(store)
    await wish(store, preferred_channel=Channel.WECHAT)
    provider = Provider(Delivery.TAKEN)
    await deliver(store, provider, now=due)
    assert (provider.keys, provider.messages[0].channel) == (["fact-1"], Channel.SMS)


async def test_a_retry_never_uses_a_channel_refused_meanwhile_nor_doubles_by_another() -> None:
    """C4."""
    store = await a_store()
    await request(store, Purpose.SURVEY)
    due = await left_unknown(store)
    await wish(store, refused_channels=[Channel.SMS])
    provider = Provider()
    contact = await deliver(store, provider, now=due)
    assert (contact.state, provider.keys) == (ContactState.WITHHELD, [])


async def test_an_unknown_message_put_off_by_the_night_goes_on_under_its_key_and_count() -> None:
    """C4: no retry in quiet hours, and the attempts are not counted from the start again."""
    store = await a_store()
    await request(store, Purpose.SURVEY)
    due = await left_unknown(store)
    assert (await deliver(store, Provider(), due=due, now=TONIGHT)).state is ContactState.POSTPONED
    await wish(store, preferred_channel=Channel.WECHAT)
    contact = await at_the_end_of_the_quiet_hours(store)
    assert (contact.state, contact.channel, contact.attempts) == (ContactState.SENDING, Channel.SMS, 2)
    provider = Provider(Delivery.TAKEN)
    assert (await deliver(store, provider, now=TOMORROW)).state is ContactState.SENT
    assert provider.keys == ["fact-1"]
