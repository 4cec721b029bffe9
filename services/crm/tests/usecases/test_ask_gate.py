"""The gate looks at what was: complaints, follow-ups, wishes (C4)."""

from datetime import timedelta

import pytest
from chassis.testing import memory_unit
from contracts.crm import (
    Purpose,
    Topic,
)
from contracts.values import Channel
from crm.domain.contact_policy import Allow, Never
from crm.domain.errors import CustomerUnknown, DealerUnknown
from crm.usecases.ask_gate import AskGate, ask_gate
from crm_builders import TEN, ZHANG, a_store
from crm_contacts import LATER, close, complain, deliver, request


async def test_the_first_follow_up_after_a_complaint_asks_and_the_next_avoids_the_subject() -> None:
    """C4."""
    store = await a_store()
    await complain(store)
    await close(store)
    first = await request(store, Purpose.SURVEY, now=LATER)
    assert first.raise_topics == [Topic.COMPLAINT_SATISFACTION]
    await deliver(store, now=LATER)
    second = await request(store, Purpose.SURVEY, cause="fact-2", now=LATER + timedelta(hours=1))
    assert (second.raise_topics, second.avoid_topics) == ([], [Topic.COMPLAINT_SUBJECT])


async def test_a_second_complaint_makes_the_next_follow_up_the_first_again() -> None:
    """C4."""
    store = await a_store()
    await complain(store)
    await close(store)
    await request(store, Purpose.SURVEY, now=LATER)
    await deliver(store, now=LATER)
    again = LATER + timedelta(hours=1)
    await complain(store, "case-2", now=again)
    await close(store, "case-2", now=again)
    third = await request(store, Purpose.SURVEY, cause="fact-2", now=again + timedelta(hours=1))
    assert third.raise_topics == [Topic.COMPLAINT_SATISFACTION]


async def test_the_gate_explains_itself_without_any_effect() -> None:
    """C4."""
    store = await a_store()
    await complain(store)
    unit = memory_unit(store=store, now=TEN)
    answer = await ask_gate(unit, AskGate("SH001", ZHANG.person_id, Purpose.CARE))
    assert isinstance(answer, Never)
    assert answer.rule == "open-complaint"
    handler = await ask_gate(unit, AskGate("SH001", ZHANG.person_id, Purpose.COMPLAINT_HANDLING, Channel.PHONE))
    assert handler == Allow(Channel.PHONE, "handler-of-the-complaint")
    assert unit.changes() == []


async def test_the_gate_needs_a_known_dealer_and_a_known_customer() -> None:
    """C4, H1."""
    with pytest.raises(DealerUnknown):
        await ask_gate(memory_unit(), AskGate("SH001", "person-1", Purpose.CARE))
    store = await a_store(with_customer=False)
    with pytest.raises(CustomerUnknown):
        await ask_gate(memory_unit(store=store), AskGate("SH001", "person-1", Purpose.CARE))
