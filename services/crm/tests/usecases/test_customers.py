"""Customers are changed and merged; whoever asks by an old pseudonym finds the same person (C1)."""

from datetime import timedelta

import pytest
from chassis.testing import MemoryStore, a_sealed, memory_unit
from contracts.crm import CustomerChanged, CustomersMerged
from contracts.values import Channel, Person
from crm.domain.customer import Customer
from crm.domain.errors import CustomerMerged, CustomerUnknown, NothingToChange, PhoneBelongsToAnother
from crm.projections.history import history_of
from crm.storage.customers import CUSTOMERS, speaking_customer
from crm.storage.newest_first import Seen
from crm.usecases.change_customer import ChangeCustomer, change_customer
from crm.usecases.merge_customers import MergeCustomers, merge_customers
from crm_builders import CAMRY, TEN, ZHANG, a_store, confirmed, hear

LATER = TEN + timedelta(hours=1)


async def a_person(store: MemoryStore, phone: str, visit_id: str) -> Person:
    """Somebody who booked with this phone, under the pseudonym every service gives him."""
    person_id = memory_unit(store=store).person_id("SH001", phone)
    person = Person(person_id=person_id, name=a_sealed("Wang", person_id), phone=a_sealed(phone, person_id))
    await hear(store, confirmed(customer=person, vehicle=CAMRY), visit_id=visit_id)
    return person


async def change(store: MemoryStore, command: ChangeCustomer) -> None:
    unit = memory_unit(store=store, now=LATER)
    await change_customer(unit, command)
    await unit.commit()


async def merge(store: MemoryStore, kept: str, merged: str) -> Customer:
    unit = memory_unit(store=store)
    customer = await merge_customers(unit, MergeCustomers(kept, merged))
    await unit.commit()
    return customer


async def test_a_changed_phone_is_sealed_announced_and_finds_the_same_person() -> None:
    """B4, C1."""
    store = await a_store(with_customer=False)
    person = await a_person(store, "+8613800000009", "visit-9")
    await change(store, ChangeCustomer(person.person_id, phone="+8613900000001"))
    fact = store.announced_events()[-1]
    assert isinstance(fact, CustomerChanged)
    assert fact.changed == ("phone",)
    unit = memory_unit(store=store)
    found = await speaking_customer(unit, unit.person_id("SH001", "139 0000 0001"))
    assert found is not None
    assert found.person_id == person.person_id
    assert await unit.open(found.phone) == "+8613900000001"
    assert "13900000001" not in str(store.documents)


async def test_a_booking_with_the_new_phone_makes_no_second_customer() -> None:
    """C1: no duplicates by a changed number."""
    store = await a_store(with_customer=False)
    person = await a_person(store, "+8613800000009", "visit-9")
    await change(store, ChangeCustomer(person.person_id, phone="+8613900000001"))
    await a_person(store, "+8613900000001", "visit-10")
    customer = await speaking_customer(memory_unit(store=store), person.person_id)
    assert customer is not None
    history = await history_of(memory_unit(store=store), customer, limit=10)
    assert {row.visit_id for row in history} == {"visit-9", "visit-10"}


async def test_a_phone_of_somebody_else_is_refused_with_the_hint_to_merge() -> None:
    """C1."""
    store = await a_store(with_customer=False)
    one = await a_person(store, "+8613800000009", "visit-9")
    other = await a_person(store, "+8613800000008", "visit-8")
    with pytest.raises(PhoneBelongsToAnother) as refused:
        await change(store, ChangeCustomer(one.person_id, phone="+8613800000008"))
    assert refused.value.details == {"other": other.person_id}


async def test_a_merge_keeps_the_history_of_both_under_one_record() -> None:
    """C1."""
    store = await a_store()
    other = await a_person(store, "+8613800000008", "visit-8")
    kept = await merge(store, ZHANG.person_id, other.person_id)
    assert store.announced_events()[-1] == CustomersMerged(kept=ZHANG.person_id, merged=other.person_id)
    history = await history_of(memory_unit(store=store), kept, limit=10)
    assert {row.visit_id for row in history} == {"visit-1", "visit-8"}


async def test_who_was_merged_twice_is_still_found_by_his_first_pseudonym() -> None:
    """C1."""
    store = await a_store()
    one = await a_person(store, "+8613800000008", "visit-8")
    two = await a_person(store, "+8613800000007", "visit-7")
    await merge(store, two.person_id, one.person_id)
    await merge(store, ZHANG.person_id, two.person_id)
    found = await speaking_customer(memory_unit(store=store), one.person_id)
    assert found is not None
    assert (found.person_id, len(found.ids)) == (ZHANG.person_id, 3)
    alias = await memory_unit(store=store).get(CUSTOMERS, one.person_id)
    assert alias.merged_into == ZHANG.person_id


async def test_a_merged_record_cannot_be_changed_and_names_the_one_that_can() -> None:
    """C1."""
    store = await a_store()
    other = await a_person(store, "+8613800000008", "visit-8")
    await merge(store, ZHANG.person_id, other.person_id)
    with pytest.raises(CustomerMerged) as refused:
        await change(store, ChangeCustomer(other.person_id, preferred_channel=Channel.SMS))
    assert refused.value.details == {"kept": ZHANG.person_id}


async def test_a_change_needs_a_known_customer_and_something_to_change() -> None:
    """C1."""
    store = await a_store()
    with pytest.raises(CustomerUnknown):
        await change(store, ChangeCustomer("nobody", name="A"))
    with pytest.raises(NothingToChange):
        await change(store, ChangeCustomer(ZHANG.person_id))


async def test_the_history_is_paged_without_gap_or_doubling() -> None:
    """C3, X3: rows of one instant keep an order of their own."""
    store = await a_store()
    for number in range(2, 8):
        await hear(store, confirmed(), visit_id=f"visit-{number}")
    customer = await speaking_customer(memory_unit(store=store), ZHANG.person_id)
    assert customer is not None
    seen, after = [], None
    while page := await history_of(memory_unit(store=store), customer, limit=3, after=after):
        seen += [row.row_id for row in page]
        after = Seen(page[-1].at, page[-1].row_id)
    assert len(seen) == len(set(seen)) == 7
