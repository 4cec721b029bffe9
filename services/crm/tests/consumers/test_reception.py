"""What customer relations makes of reception's facts: people get known, and are told (C1, R1, R7, R11, R12)."""

import pytest
from chassis.testing import a_sealed
from contracts import reception
from contracts.crm import (
    CustomerChanged,
    CustomerRegistered,
    Purpose,
    VehicleLinked,
)
from contracts.reception import FollowUpPreference
from contracts.values import Channel, Money
from crm.consumers.reception import in_words
from crm.domain.contact import ContactState
from crm_builders import (
    ARRIVED,
    CAMRY,
    LATER,
    LINK,
    NIGHT,
    REMINDER,
    TEN,
    ZHANG,
    a_store,
    announced,
    authorisation_requested,
    confirmed,
    contacts,
    hear,
    order_opened,
)


async def test_a_customer_is_registered_once_whoever_meets_him_first() -> None:
    """C1."""
    store = await a_store()
    await hear(store, ARRIVED)
    await hear(store, order_opened())
    assert len(announced(store, CustomerRegistered)) == 1
    assert announced(store, VehicleLinked) == []


async def test_a_walk_in_without_customer_data_gets_known_with_his_repair_order() -> None:
    """R1, R2."""
    store = await a_store(with_customer=False)
    await hear(store, ARRIVED.model_copy(update={"customer": None}))
    assert announced(store, CustomerRegistered) == []
    await hear(store, order_opened())
    assert len(announced(store, CustomerRegistered)) == 1


async def test_another_vehicle_is_linked_and_another_name_is_news() -> None:
    """C1, B4."""
    store = await a_store()
    renamed = ZHANG.model_copy(update={"name": a_sealed("Zhang Weiming", ZHANG.person_id)})
    await hear(store, order_opened(customer=renamed, vehicle=CAMRY), now=LATER)
    assert announced(store, VehicleLinked) == [VehicleLinked(person_id=ZHANG.person_id, vehicle=CAMRY)]
    (changed,) = announced(store, CustomerChanged)
    assert changed.changed == ("name",)


async def test_the_same_name_sealed_anew_is_no_news() -> None:
    """C1: every service seals for itself, so ciphertexts differ."""
    store = await a_store()
    resealed = ZHANG.model_copy(
        update={"name": ZHANG.name.model_copy(update={"ciphertext": "WmhhbmcgV2Vp\n"})},
    )
    await hear(store, order_opened(customer=resealed), now=LATER)
    assert announced(store, CustomerChanged) == []


async def test_the_channel_named_for_the_follow_up_is_used_from_then_on() -> None:
    """R7, C4."""
    store = await a_store()
    await hear(store, order_opened(follow_up=FollowUpPreference(channel=Channel.WECHAT)))
    await hear(store, REMINDER)
    assert contacts(store)[0].channel is Channel.WECHAT


async def test_an_authorisation_request_goes_out_with_its_sealed_link() -> None:
    """R12."""
    store = await a_store()
    await hear(store, order_opened())
    await hear(store, authorisation_requested(LATER))
    (contact,) = contacts(store)
    assert (contact.purpose, contact.link, contact.about["amount"]) == (Purpose.AUTHORISATION, LINK, "1234.50 CNY")


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [(123_450, "CNY", "1234.50 CNY"), (5, "EUR", "0.05 EUR"), (98_000, "JPY", "98000 JPY"), (1, "KRW", "1 KRW")],
)
def test_an_amount_is_written_with_its_currencys_own_digits(amount: int, currency: str, words: str) -> None:
    """X4."""
    assert in_words(Money(amount=amount, currency=currency)) == words


async def test_an_authorisation_request_that_waits_ends_when_the_customer_decides_at_the_counter() -> None:
    """R12."""
    store = await a_store(now=NIGHT)
    await hear(store, authorisation_requested(LATER), now=NIGHT)
    await hear(store, reception.LinesDeclined(version=1, supplement=False, lines=("1",)), now=NIGHT)
    assert contacts(store)[0].state is ContactState.WITHHELD


async def test_a_new_promised_time_is_told_without_asking() -> None:
    """R11, R15."""
    store = await a_store()
    moved = reception.PromisedTimeChanged(previous=TEN, promised_at=LATER, reason="parts", person_id=ZHANG.person_id)
    await hear(store, moved)
    assert contacts(store)[0].purpose is Purpose.PROGRESS


async def test_news_of_booking_that_come_late_do_not_undo_what_reception_saw() -> None:
    """R15: topics have no order among each other."""
    store = await a_store(with_customer=False, now=NIGHT)
    await hear(store, order_opened(waiting=True), now=NIGHT)
    await hear(store, confirmed(), now=NIGHT)
    await hear(store, authorisation_requested(LATER), now=NIGHT)
    assert contacts(store)[0].state is ContactState.SENDING
