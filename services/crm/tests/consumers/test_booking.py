"""What customer relations makes of booking's facts (B9, B10, B11, C4)."""

from datetime import timedelta

import pytest
from chassis.testing import all_documents
from contracts import booking
from contracts.crm import (
    Purpose,
)
from contracts.event import Event
from contracts.values import Party
from crm.domain.contact import ContactState
from crm.projections.history import HISTORY
from crm_builders import (
    LATER,
    MISSED,
    NIGHT,
    REMINDER,
    TEN,
    a_store,
    confirmed,
    contacts,
    hear,
)


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
