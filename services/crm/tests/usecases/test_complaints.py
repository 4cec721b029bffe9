"""Complaints by hand (C5)."""

from datetime import timedelta
from typing import Any

import pytest
from chassis.testing import MemoryStore, memory_unit
from contracts.crm import ComplaintClass, ComplaintEscalated, ComplaintOpened, ComplaintOrigin
from crm.domain.complaint import Complaint, Deadlines, Trigger
from crm.domain.errors import CustomerUnknown
from crm.storage.complaints import COMPLAINTS
from crm.usecases.handle_complaint import ease_complaint, escalate_complaint, mark_overdue, offer_solution
from crm.usecases.open_complaint import OpenComplaint, open_complaint
from crm_builders import TEN, ZHANG, a_store


async def complain(store: MemoryStore, case_id: str = "case-1", **more: Any) -> Complaint:
    given: dict[str, Any] = {
        "dealer_id": "SH001",
        "case_id": case_id,
        "person_id": ZHANG.person_id,
        "complaint_class": ComplaintClass.PRICE,
        "origin": ComplaintOrigin.BY_HAND,
        "handler": "carla",
        "deadlines": Deadlines(),
    }
    unit = memory_unit(store=store, now=TEN)
    complaint = await open_complaint(unit, OpenComplaint(**(given | more)))
    await unit.commit()
    return complaint


async def test_what_the_customer_said_is_kept_sealed() -> None:
    """C5, C15."""
    store = await a_store()
    complaint = await complain(store, words="the bill is a shame")
    assert await memory_unit(store=store).open(complaint.description) == "the bill is a shame"
    assert "shame" not in str(store.documents)
    assert "shame" not in str(store.events)


async def test_words_that_name_a_lawyer_escalate_at_once() -> None:
    """C5: what may become important is treated as important."""
    store = await a_store()
    await complain(store, words="my lawyer will write to you", triggers=[Trigger.LARGE_LOSS])
    opened, escalated = store.announced_events()[-2:]
    assert isinstance(opened, ComplaintOpened)
    assert opened.important
    assert escalated == ComplaintEscalated(case_id="case-1", reasons=("LARGE_LOSS", "LAWYER"))


async def test_a_repeat_is_linked_to_the_earlier_cases_of_the_same_class() -> None:
    """C5."""
    store = await a_store()
    await complain(store)
    await complain(store, "case-2", complaint_class=ComplaintClass.PRODUCT)
    assert (await complain(store, "case-3")).repeats == ["case-1"]


async def test_the_same_case_is_opened_once() -> None:
    """C5."""
    store = await a_store()
    await complain(store)
    before = len(store.events)
    await complain(store)
    assert len(store.events) == before


async def test_nobody_complains_for_a_person_the_dealer_does_not_know() -> None:
    """C5."""
    with pytest.raises(CustomerUnknown):
        await complain(await a_store(with_customer=False))


async def test_a_deadline_that_goes_by_is_marked_unless_it_was_brought_forward() -> None:
    """C5."""
    store = await a_store()
    first_due = (await complain(store)).due_at
    unit = memory_unit(store=store, now=TEN + timedelta(hours=1))
    complaint = await escalate_complaint(unit, "case-1", [Trigger.POLICE], Deadlines())
    await unit.commit()
    for due, overdue in ((first_due, False), (complaint.due_at, True)):
        unit = memory_unit(store=store, now=due)
        await mark_overdue(unit, "case-1", due)
        await unit.commit()
        assert (await unit.get(COMPLAINTS, "case-1")).overdue is overdue


async def test_interim_and_final_solution_are_kept_sealed() -> None:
    """C5."""
    store = await a_store()
    await complain(store)
    unit = memory_unit(store=store)
    await ease_complaint(unit, "case-1", "Mr Zhang gets a loaner car")
    await offer_solution(unit, "case-1", "Mr Zhang gets his money back")
    await unit.commit()
    assert "Mr Zhang" not in str(store.documents)
