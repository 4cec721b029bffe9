"""Calls that agents make (B10, C3)."""

from chassis.testing import memory_unit
from contracts.crm import (
    ContactWithheld,
    Purpose,
)
from contracts.values import Channel
from crm.domain.contact import CallOutcome, ContactState
from crm.projections.messages import message_of
from crm.usecases.record_call_result import RecordCallResult, record_call_result
from crm_builders import TEN, a_store
from crm_contacts import complain, kept, last_fact, request


async def test_a_complaint_ends_open_call_tasks_but_not_the_call_it_came_up_in() -> None:
    """C4, C5."""
    store = await a_store()
    await request(store, Purpose.SURVEY, wanted=Channel.PHONE)
    await complain(store, about_visit="visit-1")
    assert (await kept(store)).state is ContactState.TASK
    await complain(store, "case-2", about_visit="visit-2")
    assert (await kept(store)).state is ContactState.WITHHELD
    assert isinstance(last_fact(store), ContactWithheld)


async def test_a_call_is_recorded_with_a_sealed_note() -> None:
    """B10, C3."""
    store = await a_store()
    await request(store, Purpose.NO_SHOW_FOLLOW_UP, wanted=Channel.PHONE)
    unit = memory_unit(store=store)
    await record_call_result(unit, RecordCallResult("fact-1", CallOutcome.REBOOKED, "his mother was ill"))
    await unit.commit()
    contact = await kept(store)
    assert contact.state is ContactState.DONE
    assert await memory_unit(store=store).open(contact.note) == "his mother was ill"
    assert "mother" not in str(store.documents)


async def test_a_call_task_shows_an_agent_what_to_say_in_the_dealers_language() -> None:
    """C4, X4."""
    store = await a_store()
    contact = await request(store, Purpose.NO_SHOW_FOLLOW_UP, wanted=Channel.PHONE, about={"arrival": TEN.isoformat()})
    script = await message_of(memory_unit(store=store), contact)
    assert script.text == (
        "Zhang Wei您好，2025-06-23 10:00未能在浦东汽车见到您，是否为您的Corolla (沪A12345)重新预约？"
        " 今后您希望我们以何种方式联系您？"
    )
