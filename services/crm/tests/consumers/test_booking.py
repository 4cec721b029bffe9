"""What customer relations makes of booking's facts (B9, B10, B11, C4)."""

from datetime import timedelta

import pytest
from chassis.facts import NotYet
from chassis.testing import a_sealed, all_documents, memory_unit
from contracts import booking
from contracts.crm import (
    Purpose,
)
from contracts.event import Event
from contracts.values import Channel, Party
from crm.domain.contact import ContactState
from crm.projections.history import HISTORY
from crm.projections.messages import message_of
from crm.storage.customers import CUSTOMERS
from crm_builders import (
    COROLLA,
    LATER,
    LINK,
    MISSED,
    NIGHT,
    OFFERED,
    REMINDER,
    TEN,
    ZHANG,
    a_store,
    confirmed,
    contacts,
    hear,
)
from crm_contacts import wish


async def test_a_reminder_becomes_a_message_that_is_useless_after_the_arrival() -> None:
    """B9."""
    store = await a_store()
    fact = await hear(store, REMINDER)
    (contact,) = contacts(store)
    assert (contact.contact_id, contact.purpose, contact.state) == (fact.id, Purpose.REMINDER, ContactState.SENDING)
    assert contact.useful_until == LATER


async def test_a_no_show_becomes_a_call_task_which_its_withdrawal_ends() -> None:
    """B10."""
    store = await a_store()
    await hear(store, MISSED)
    assert contacts(store)[0].state is ContactState.TASK
    await hear(store, booking.NoShowWithdrawn(arrived_at=TEN))
    assert contacts(store)[0].state is ContactState.WITHHELD


async def test_the_follow_up_of_a_no_show_says_which_other_times_there_are() -> None:
    """B10: on the dealer's clock; without any the caller just asks."""
    store = await a_store()
    await hear(store, MISSED)
    offers = (LATER, LATER + timedelta(minutes=15))
    await hear(store, MISSED.model_copy(update={"rebook_offers": offers}))
    without, with_offers = [(await message_of(memory_unit(store=store), one)).text for one in contacts(store)]
    assert "目前可为您安排" not in without
    assert "重新预约？ 目前可为您安排：2025-06-23 18:00, 2025-06-23 18:15。" in with_offers


async def test_an_offered_place_becomes_a_message_with_the_link_as_long_as_it_is_held() -> None:
    """B16, C4."""
    store = await a_store()
    fact = await hear(store, OFFERED)
    (contact,) = contacts(store)
    assert (contact.contact_id, contact.purpose, contact.state) == (fact.id, Purpose.PLACE_OFFER, ContactState.SENDING)
    assert (contact.link, contact.useful_until) == (LINK, TEN + timedelta(hours=2))
    assert contact.about == {
        "arrival": OFFERED.arrival.isoformat(),
        "expires": OFFERED.expires_at.isoformat(),
        "vehicle": "Corolla (沪A12345)",
    }


async def test_who_waits_for_his_first_visit_is_met_by_the_offer() -> None:
    """B16, C1: nobody else has brought him; what is known of a customer the offer leaves as it is."""
    store = await a_store(with_customer=False)
    await hear(store, OFFERED)
    (customer,) = all_documents(store, CUSTOMERS)
    assert (customer.person_id, customer.vehicles) == (ZHANG.person_id, [COROLLA])
    assert contacts(store)[0].state is ContactState.SENDING
    renamed = ZHANG.model_copy(update={"name": a_sealed("Zhang W.", ZHANG.person_id)})
    await hear(store, OFFERED.model_copy(update={"customer": renamed}))
    assert all_documents(store, CUSTOMERS)[0].name == ZHANG.name


async def test_an_offer_that_does_not_name_its_customer_waits_for_him_as_long_as_the_place_is_held() -> None:
    """B16: offers were announced without him once."""
    store = await a_store(with_customer=False)
    nameless = OFFERED.model_copy(update={"customer": None, "vehicle": None})
    with pytest.raises(NotYet):
        await hear(store, nameless)
    await hear(store, nameless, now=OFFERED.expires_at)
    assert contacts(store) == []


@pytest.mark.parametrize(
    "over",
    [
        booking.WaitingEnded(outcome="BOOKED"),
        booking.HoldExpired(arrival=LATER, work_class=confirmed().work_class, hours=confirmed().hours),
    ],
    ids=["taken or given up", "let go"],
)
async def test_an_offer_that_still_waits_is_dropped_with_its_place(over: Event) -> None:
    """B16, C4: a call that nobody made yet."""
    store = await a_store()
    refused = [Channel.SMS, Channel.WECHAT, Channel.APP, Channel.EMAIL]
    await wish(store, refused_channels=refused)
    await hear(store, OFFERED)
    assert contacts(store)[0].state is ContactState.TASK
    await hear(store, over)
    assert contacts(store)[0].state is ContactState.WITHHELD


@pytest.mark.parametrize(
    "over",
    [
        booking.AppointmentCancelled(arrival=LATER, by=Party.CUSTOMER),
        booking.AppointmentRescheduled(
            previous_arrival=LATER,
            arrival=LATER + timedelta(days=1),
            work_class=confirmed().work_class,
            hours=confirmed().hours,
            advisor="anna",
            by=Party.CUSTOMER,
        ),
    ],
    ids=["cancelled", "moved"],
)
async def test_a_reminder_that_waits_is_dropped_with_its_appointment(over: Event) -> None:
    """B9, B11."""
    store = await a_store(now=NIGHT)
    await hear(store, REMINDER, now=NIGHT)
    assert contacts(store)[0].state is ContactState.POSTPONED
    await hear(store, over, now=NIGHT)
    assert contacts(store)[0].state is ContactState.WITHHELD


async def test_a_cancelled_hold_has_no_customer_and_no_history() -> None:
    """B15."""
    store = await a_store()
    before = len(all_documents(store, HISTORY))
    cancelled = booking.AppointmentCancelled(arrival=LATER, by=Party.CUSTOMER)
    await hear(store, cancelled, visit_id="visit-held")
    assert len(all_documents(store, HISTORY)) == before


async def test_a_fact_that_comes_twice_asks_for_one_contact() -> None:
    """C4: one cause, one contact."""
    store = await a_store()
    await hear(store, REMINDER, id="fact-7")
    await hear(store, REMINDER, id="fact-7")
    assert len(contacts(store)) == 1
