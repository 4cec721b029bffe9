"""Duplicates are found by the vehicle they share, within a dealer (C1, X1)."""

import pytest
from chassis.testing import MemoryStore, a_sealed, memory_unit
from contracts.crm import VehicleRole
from contracts.values import Person
from crm.domain.shared_vehicle import MOST_OWNERS, VehicleOwners
from crm.projections.duplicates import duplicates_of, shared_vehicles
from crm.storage.customers import CUSTOMERS
from crm.usecases.change_customer import ChangeCustomer, change_customer
from crm.usecases.merge_customers import MergeCustomers, merge_customers
from crm_builders import CAMRY, COROLLA, ZHANG, a_store, confirmed, hear

WANG = Person(person_id="person-2", name=a_sealed("Wang", "person-2"), phone=a_sealed("+8613800000002", "person-2"))


async def candidates(store: MemoryStore, person_id: str = ZHANG.person_id) -> list[tuple[str, str]]:
    unit = memory_unit(store=store)
    return await duplicates_of(unit, await unit.get(CUSTOMERS, person_id))


@pytest.fixture
async def store() -> MemoryStore:
    """Zhang and Wang both came with the Corolla."""
    store = await a_store()
    await hear(store, confirmed(customer=WANG), visit_id="visit-2")
    return store


async def listed(store: MemoryStore) -> list[str]:
    return [row.vin for row in await shared_vehicles(memory_unit(store=store), limit=10, after=None)]


async def test_two_customers_of_one_vehicle_are_candidates_of_each_other(store: MemoryStore) -> None:
    """C1."""
    assert await candidates(store) == [("person-2", COROLLA.vin)]
    assert await candidates(store, "person-2") == [("person-1", COROLLA.vin)]
    assert await listed(store) == [COROLLA.vin]


async def test_who_comes_with_another_vehicle_is_no_candidate() -> None:
    """C1."""
    store = await a_store()
    await hear(store, confirmed(customer=WANG, vehicle=CAMRY), visit_id="visit-2")
    assert (await candidates(store), await listed(store)) == ([], [])


async def test_a_second_visit_with_the_own_vehicle_makes_no_candidate() -> None:
    """C1."""
    store = await a_store()
    await hear(store, confirmed(), visit_id="visit-2")
    assert (await candidates(store), await listed(store)) == ([], [])


async def test_a_merge_settles_the_matter(store: MemoryStore) -> None:
    """C1."""
    unit = memory_unit(store=store)
    await merge_customers(unit, MergeCustomers("person-1", "person-2"))
    await unit.commit()
    assert (await candidates(store), await listed(store)) == ([], [])


async def test_a_driver_is_no_duplicate_of_the_owner(store: MemoryStore) -> None:
    """C1."""
    unit = memory_unit(store=store)
    await change_customer(unit, ChangeCustomer("person-2", vehicle_roles={COROLLA.vin: VehicleRole.DRIVER}))
    await unit.commit()
    assert (await candidates(store), await candidates(store, "person-2")) == ([], [])
    assert await listed(store) == []


async def test_the_merged_record_leaves_its_own_vehicles_to_the_kept_one(store: MemoryStore) -> None:
    """C1: a third customer with the other vehicle is found as the kept one's duplicate."""
    await hear(store, confirmed(customer=WANG, vehicle=CAMRY), visit_id="visit-3")
    unit = memory_unit(store=store)
    await merge_customers(unit, MergeCustomers("person-1", "person-2"))
    await unit.commit()
    third = WANG.model_copy(update={"person_id": "person-3"})
    await hear(store, confirmed(customer=third, vehicle=CAMRY), visit_id="visit-4")
    assert await candidates(store) == [("person-3", CAMRY.vin)]


def test_the_owners_of_one_vehicle_are_bounded() -> None:
    """X3: a chassis number typed for every walk-in does not grow without end."""
    row = VehicleOwners("SH001", COROLLA.vin)
    told = [row.put(f"person-{number}", owns=True) for number in range(MOST_OWNERS + 1)]
    assert (told[-1], len(row.owners)) == (False, MOST_OWNERS)
