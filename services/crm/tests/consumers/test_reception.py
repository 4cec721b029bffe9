"""What customer relations makes of reception's facts: people get known, and are told (C1, R1, R7, R11, R12)."""

from datetime import timedelta

import pytest
from chassis.testing import a_sealed
from contracts import reception
from contracts.crm import (
    CustomerChanged,
    CustomerRegistered,
    Purpose,
    VehicleLinked,
)
from contracts.event import Event
from contracts.reception import FollowUpPreference
from contracts.values import Channel, Money
from crm.consumers.reception import in_words
from crm.domain.contact import ContactState
from crm_builders import (
    ARRIVED,
    CAMRY,
    DELIVERED,
    LATER,
    LINK,
    MOVED,
    NIGHT,
    READY,
    REMINDER,
    TEN,
    ZHANG,
    a_store,
    announced,
    authorisation_requested,
    confirmed,
    contacts,
    delayed,
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


async def test_what_is_put_right_at_the_counter_is_put_right_in_the_record() -> None:
    """R2, B4: before there is a repair order."""
    store = await a_store()
    await hear(store, ARRIVED)
    renamed = ZHANG.model_copy(update={"name": a_sealed("Zhang Weiming", ZHANG.person_id)})
    await hear(store, reception.VisitCorrected(customer=renamed, vehicle=CAMRY), now=LATER)
    (changed,) = announced(store, CustomerChanged)
    assert changed.changed == ("name",)
    assert announced(store, VehicleLinked) == [VehicleLinked(person_id=ZHANG.person_id, vehicle=CAMRY)]


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
    await hear(store, MOVED)
    assert contacts(store)[0].purpose is Purpose.PROGRESS


async def test_a_foreseen_delay_and_its_new_time_are_told_without_asking_each_by_a_message() -> None:
    """R15, R11: told even after the promised time, for the vehicle is still here."""
    store = await a_store()
    await hear(store, delayed(TEN), now=LATER)
    await hear(store, MOVED, now=TEN)
    assert [(one.purpose, one.state) for one in contacts(store)] == [
        (Purpose.DELAY, ContactState.SENDING),
        (Purpose.PROGRESS, ContactState.SENDING),
    ]
    assert contacts(store)[0].about["promised"] == TEN.isoformat()


async def test_the_ready_vehicle_is_told_without_asking() -> None:
    """R15, R16."""
    store = await a_store()
    await hear(store, READY)
    (contact,) = contacts(store)
    assert (contact.purpose, contact.state) == (Purpose.READY_NOTICE, ContactState.SENDING)
    assert contact.about["vehicle"] == "Corolla (沪A12345)"


@pytest.mark.parametrize("newer", [MOVED, delayed(LATER), READY], ids=lambda event: event.wire_type)
@pytest.mark.parametrize("waiting", [MOVED, delayed(TEN)], ids=lambda event: event.wire_type)
async def test_of_news_on_the_promise_that_wait_for_the_morning_only_the_newest_is_told(
    waiting: Event, newer: Event
) -> None:
    """R15, C4: all of them would leave in one moment, in any order."""
    store = await a_store(now=NIGHT)
    await hear(store, waiting, now=NIGHT)
    await hear(store, newer, now=NIGHT + timedelta(minutes=5))
    assert [one.state for one in contacts(store)] == [ContactState.WITHHELD, ContactState.POSTPONED]


async def test_a_vehicle_that_became_ready_again_while_the_notice_waits_is_told_once() -> None:
    """R15, C4."""
    store = await a_store(now=NIGHT)
    await hear(store, READY, now=NIGHT)
    await hear(store, READY, now=NIGHT)
    assert [one.state for one in contacts(store)] == [ContactState.WITHHELD, ContactState.POSTPONED]


@pytest.mark.parametrize("waiting", [MOVED, delayed(TEN), READY], ids=lambda event: event.wire_type)
async def test_who_has_his_vehicle_back_is_not_told_in_the_morning_where_it_stands(waiting: Event) -> None:
    """R15, C4."""
    store = await a_store(now=NIGHT)
    await hear(store, waiting, now=NIGHT)
    await hear(store, DELIVERED, now=NIGHT + timedelta(minutes=5))
    assert [one.state for one in contacts(store)] == [ContactState.WITHHELD]


async def test_news_of_booking_that_come_late_do_not_undo_what_reception_saw() -> None:
    """R15: topics have no order among each other."""
    store = await a_store(with_customer=False, now=NIGHT)
    await hear(store, order_opened(waiting=True), now=NIGHT)
    await hear(store, confirmed(), now=NIGHT)
    await hear(store, authorisation_requested(LATER), now=NIGHT)
    assert contacts(store)[0].state is ContactState.SENDING
