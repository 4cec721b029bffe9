"""X2, X5: what facts of other services leave at headquarters."""

import pytest
from chassis.facts import NotYet
from chassis.testing import MemoryStore, all_documents, memory_unit
from contracts.catalogue import published_by
from headquarters.domain.visit_record import STEPS
from headquarters.projections.visit_facts import VISIT_FACTS, story
from headquarters.projections.visits import VISITS, visits_of_day
from headquarters_journeys import (
    HANDLERS,
    THE_DAY,
    ZHANG,
    a_day,
    a_network,
    answered,
    arrived,
    confirmed,
    delivered,
    passed,
    started,
    take,
    told,
)


@pytest.mark.parametrize("service", ["booking", "reception", "workshop", "crm", "survey"])
def test_headquarters_listens_to_every_fact_of_every_service(service: str) -> None:
    assert set(published_by(service)) <= set(HANDLERS)


async def test_a_fact_of_a_dealer_not_registered_yet_waits_for_the_registration() -> None:
    """X5."""
    unit = memory_unit(store=MemoryStore())
    (fact,) = told("v1", (0, arrived()))
    with pytest.raises(NotYet) as waiting:
        await HANDLERS[type(fact.event)](unit, fact)
    assert waiting.value.waits_for == "dealer/SH001"


async def test_a_visits_story_is_told_in_business_time_whatever_came_first() -> None:
    """X2, X6."""
    store = await a_network()
    await take(store, [*told("v1", (180, delivered())), *told("v1", (20, started())), *told("v1", (0, confirmed()))])
    lines = await story(memory_unit(store=store), "SH001", "v1", limit=10)
    assert [line.type for line in lines] == [
        "booking.appointment-confirmed.v1",
        "workshop.work-started.v1",
        "reception.vehicle-delivered.v1",
    ]
    assert {line.actor for line in lines} == {"advisor:anna"}


async def test_a_visit_shows_the_times_of_its_seven_steps() -> None:
    """X2."""
    store = await a_network()
    journey = [(0, confirmed()), (5, arrived()), (20, started()), (90, passed()), (180, delivered())]
    for minutes, event in [*journey, (2000, answered(80))]:
        await take(store, told("v1", (minutes, event)))
    (visit,) = await visits_of_day(memory_unit(store=store), "SH001", THE_DAY, limit=10)
    assert [step.value for step in STEPS if visit.at(step) is None] == ["repair_order"]
    assert visit.outcome == "FOLLOWED_UP"


async def test_headquarters_keeps_no_personal_value() -> None:
    """C15: not even sealed."""
    store = await a_network()
    await take(store, [fact for facts in a_day() for fact in facts])
    kept = repr([all_documents(store, VISIT_FACTS), all_documents(store, VISITS), store.documents])
    for personal in (ZHANG.name.ciphertext, ZHANG.phone.ciphertext, ZHANG.person_id, "LVGBH40K8FG123456"):
        assert personal not in kept


async def test_a_dealer_sees_no_other_dealers_visits() -> None:
    """X1."""
    store = await a_network("SH001", "SH002")
    await take(store, told("v1", (0, arrived())))
    assert await visits_of_day(memory_unit("SH002", store=store), "SH001", THE_DAY, limit=10) == []
