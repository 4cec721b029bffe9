"""Facts that come before what they build on (C1, H1)."""

import pytest
from chassis.facts import NotYet
from chassis.testing import MemoryStore, all_documents
from contracts.event import Event
from crm.storage.complaints import COMPLAINTS
from crm.storage.customers import CUSTOMERS
from crm.storage.dealers import DEALERS
from crm_builders import (
    LATER,
    MISSED,
    OFFERED,
    READY,
    REMINDER,
    ZHANG,
    a_store,
    authorisation_requested,
    confirmed,
    contacts,
    delayed,
    follow_up_due,
    hear,
    low_score,
    order_opened,
)

UNNAMED = OFFERED.model_copy(update={"customer": None, "vehicle": None})
"""An offered place as it was announced before it named the customer."""
EARLY = [
    *(REMINDER, MISSED, UNNAMED, authorisation_requested(LATER), delayed(LATER), READY),
    *(follow_up_due(LATER), low_score()),
]


@pytest.mark.parametrize("event", EARLY, ids=lambda event: event.wire_type)
async def test_a_fact_about_an_unknown_customer_waits_for_him(event: Event) -> None:
    """The fact that brings him may come later, over another topic."""
    store = await a_store(with_customer=False)
    with pytest.raises(NotYet) as early:
        await hear(store, event)
    assert early.value.waits_for == f"{CUSTOMERS.aggregate}/{ZHANG.person_id}"
    await hear(store, order_opened())
    await hear(store, event)
    assert len(contacts(store)) + len(all_documents(store, COMPLAINTS)) == 1


@pytest.mark.parametrize("event", EARLY, ids=lambda event: event.wire_type)
async def test_a_fact_of_an_unknown_dealer_waits_for_headquarters(event: Event) -> None:
    """H1."""
    store = MemoryStore()
    await hear(store, confirmed())
    with pytest.raises(NotYet) as early:
        await hear(store, event)
    assert early.value.waits_for == f"{DEALERS.aggregate}/SH001"
