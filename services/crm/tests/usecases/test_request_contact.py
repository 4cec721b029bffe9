"""What becomes of a requested contact: sent, a task, put off, or held back (C4)."""

from chassis.testing import all_documents, memory_unit
from contracts.crm import (
    ContactPostponed,
    Purpose,
)
from contracts.values import Channel
from crm.domain.contact import ContactState
from crm.storage.contacts import CONTACTS
from crm.usecases.retry_contact import retry_contact
from crm_builders import NIGHT, NINE, a_store, hear, order_opened
from crm_contacts import complain, kept, last_fact, request, wish


async def test_the_same_cause_makes_one_contact() -> None:
    """C4: a fact that comes again asks nothing new."""
    store = await a_store()
    await request(store, Purpose.REMINDER)
    await request(store, Purpose.REMINDER)
    assert len(all_documents(store, CONTACTS)) == 1


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
