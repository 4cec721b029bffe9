"""A message leaves once, or it is known that nobody knows (C4)."""

from contracts.crm import (
    ContactMade,
    ContactWithheld,
    Purpose,
)
from contracts.values import Channel
from crm.channels import Delivery
from crm.domain.contact import ContactState
from crm_builders import LINK, TEN, ZHANG, a_store, hear, order_opened
from crm_contacts import LATER, Provider, deliver, last_fact, request


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
