"""H1: registering and changing a dealer."""

import pytest
from chassis.scopes import System
from chassis.testing import MemoryStore, memory_unit
from chassis.unit import Unknown
from contracts.headquarters import DealerChanged, DealerRegistered
from headquarters.domain.errors import DealerAlreadyRegistered
from headquarters.storage.dealers import dealers_in
from headquarters.usecases.change_dealer import ChangeDealer, change_dealer
from headquarters.usecases.register_dealer import RegisterDealer, register_dealer
from headquarters_journeys import a_network, a_registration


async def test_registering_announces_the_dealer_under_its_own_key() -> None:
    """H1."""
    store = await a_network("BE001")
    (fact,) = store.events
    assert isinstance(fact.event, DealerRegistered)
    assert (fact.dealer_id, fact.key, fact.aggregate, fact.visit_id) == ("BE001", "BE001", "dealer", None)


async def test_a_code_is_given_to_one_dealer_only() -> None:
    """H1."""
    store = await a_network("SH001")
    with pytest.raises(DealerAlreadyRegistered):
        await register_dealer(memory_unit(store=store), RegisterDealer("SH001", a_registration(name="Another")))


async def test_a_change_is_announced_after_the_registration() -> None:
    """H1."""
    store = await a_network("SH001")
    unit = memory_unit(store=store)
    await change_dealer(unit, ChangeDealer("SH001", a_registration(advisors=("anna",))))
    await unit.commit()
    assert [(type(fact.event), fact.sequence) for fact in store.events] == [(DealerRegistered, 1), (DealerChanged, 2)]


async def test_only_a_registered_dealer_can_be_changed() -> None:
    with pytest.raises(Unknown):
        await change_dealer(memory_unit(store=MemoryStore()), ChangeDealer("SH001", a_registration()))


@pytest.mark.parametrize(
    ("kind", "which", "spanned"),
    [
        ("area", "shanghai", {"SH001", "SH002"}),
        ("group", "delta", {"SH001", "SH002"}),
        ("area", "berlin", set()),
        ("group", "", set()),
        ("region", "East", set()),
    ],
)
async def test_a_reach_spans_the_dealers_of_its_area_or_group(kind: str, which: str, spanned: set[str]) -> None:
    """X1: a dealer without a group is in no group, and nobody reaches a region."""
    store = await a_network("SH001", "SH002")
    unit = memory_unit(store=store)
    unit.begin(scope=System("reach of a token"), actor="system:area", visit_id=None)
    assert await dealers_in(unit, kind, which) == spanned
