"""Dealers, and the history that facts leave behind (C3, H1)."""

from chassis.testing import MemoryStore, all_documents, memory_unit
from contracts.headquarters import DealerChanged
from crm.projections.history import HISTORY, Kind
from crm.storage.dealers import DEALERS
from crm_builders import (
    ARRIVED,
    LATER,
    MISSED,
    TEN,
    a_store,
    hear,
    low_score,
    registered,
)


async def test_the_newest_registration_of_a_dealer_counts_in_any_order() -> None:
    """H1."""
    store = MemoryStore()
    changed = DealerChanged(**registered().model_dump() | {"name": "New Name", "effective_from": TEN})
    await hear(store, changed, now=LATER)
    await hear(store, registered(), now=TEN)
    assert (await memory_unit(store=store).get(DEALERS, "SH001")).name == "New Name"


async def test_the_history_has_one_row_for_each_fact() -> None:
    """C3."""
    store = await a_store()
    await hear(store, ARRIVED)
    await hear(store, MISSED)
    await hear(store, low_score(invitation_id="visit-1"))
    kinds = sorted(row.kind for row in all_documents(store, HISTORY))
    assert kinds == sorted([Kind.BOOKING, Kind.VISIT, Kind.BOOKING, Kind.CALL, Kind.COMPLAINT])
