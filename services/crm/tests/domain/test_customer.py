"""One record over all channels (C1)."""

from datetime import timedelta

import pytest
from chassis.testing import a_sealed
from contracts.crm import CustomerChanged, CustomerKind, CustomerRegistered, CustomersMerged, VehicleLinked, VehicleRole
from contracts.values import Channel, Person
from crm.domain.customer import Customer, VerifiableField
from crm.domain.errors import CannotMergeWithItself, ChannelPreferredAndRefused, CustomerMerged, VehicleNotLinked
from crm_builders import CAMRY, COROLLA, TEN, ZHANG

WANG = Person(person_id="person-2", name=a_sealed("Wang", "person-2"), phone=a_sealed("+8613800000002", "person-2"))


def a_customer(person: Person = ZHANG) -> Customer:
    return Customer.register("SH001", person, COROLLA, TEN)[0]


def test_a_new_person_is_announced_with_the_vehicle_he_came_with() -> None:
    """C1."""
    _, events = Customer.register("SH001", ZHANG, COROLLA, TEN)
    assert events == [CustomerRegistered(person_id="person-1", name=ZHANG.name, phone=ZHANG.phone, vehicle=COROLLA)]


def test_a_second_vehicle_is_linked_once() -> None:
    """C1."""
    customer = a_customer()
    assert customer.link(CAMRY) == [VehicleLinked(person_id="person-1", vehicle=CAMRY)]
    assert customer.link(CAMRY) == []
    assert customer.vehicles == [COROLLA, CAMRY]


def test_kilometres_only_grow_and_a_new_plate_is_news() -> None:
    """C1, R2."""
    customer = a_customer()
    assert customer.link(COROLLA.model_copy(update={"odometer_km": 21_000})) == []
    assert customer.vehicles[0].odometer_km == 21_000
    moved = COROLLA.model_copy(update={"plate": "沪C99999"})
    assert customer.link(moved) == [
        VehicleLinked(person_id="person-1", vehicle=moved.model_copy(update={"odometer_km": 21_000}))
    ]


def test_older_news_of_a_name_does_not_overwrite_a_newer_one() -> None:
    """C1: facts of different services come in any order."""
    customer = a_customer()
    newer, older = a_sealed("Zhang Weiming"), a_sealed("Zhang")
    assert len(customer.change_contact_data(TEN + timedelta(hours=1), name=newer, phone=None)) == 1
    assert customer.change_contact_data(TEN, name=older, phone=None) == []
    assert customer.name == newer


def test_wishes_are_announced_when_they_change() -> None:
    """C4."""
    customer = a_customer()
    (fact,) = customer.change_wishes(Channel.WECHAT, [Channel.SMS])
    assert isinstance(fact, CustomerChanged)
    assert (fact.changed, fact.preferred_channel, fact.refused_channels) == (
        ("preferred_channel", "refused_channels"),
        Channel.WECHAT,
        (Channel.SMS,),
    )
    assert customer.change_wishes(Channel.WECHAT, [Channel.SMS]) == []


def test_a_channel_cannot_be_preferred_and_refused() -> None:
    """C4."""
    with pytest.raises(ChannelPreferredAndRefused):
        a_customer().change_wishes(Channel.SMS, [Channel.SMS])


@pytest.mark.parametrize("liked", [Channel.SMS, Channel.COUNTER, None], ids=["refused", "no way out", "nothing said"])
def test_a_channel_named_at_the_counter_is_learned_only_if_it_can_be_used(liked: Channel | None) -> None:
    """C4, R7."""
    customer = a_customer()
    customer.change_wishes(None, [Channel.SMS])
    assert customer.learn_channel(liked) == []
    assert len(customer.learn_channel(Channel.WECHAT)) == 1
    assert customer.learn_channel(Channel.APP) == []
    assert customer.preferred_channel is Channel.WECHAT


def test_completeness_counts_the_basic_fields_that_are_filled() -> None:
    """C1."""
    customer = a_customer()
    assert (customer.completeness, customer.missing_fields) == (0.8, ["preferred_channel"])
    customer.change_wishes(Channel.SMS, [])
    assert customer.completeness == 1


def test_a_merge_keeps_vehicles_and_refusals_of_both() -> None:
    """C1, C4."""
    kept, other = a_customer(), a_customer(WANG)
    other.link(CAMRY)
    kept.change_wishes(Channel.SMS, [])
    other.change_wishes(None, [Channel.SMS])
    assert kept.absorb(other) == [CustomersMerged(kept="person-1", merged="person-2")]
    assert kept.vehicles == [COROLLA, CAMRY]
    assert (kept.preferred_channel, kept.refused_channels) == (None, [Channel.SMS])
    assert (kept.ids, other.merged_into) == (["person-1", "person-2"], "person-1")


def test_a_merged_record_speaks_for_nobody_any_more() -> None:
    """C1."""
    kept, other = a_customer(), a_customer(WANG)
    kept.absorb(other)
    with pytest.raises(CustomerMerged):
        other.change_wishes(Channel.SMS, [])
    with pytest.raises(CustomerMerged):
        kept.absorb(other)


def test_a_customer_cannot_be_merged_with_himself() -> None:
    """C1."""
    customer = a_customer()
    with pytest.raises(CannotMergeWithItself):
        customer.absorb(customer)


def test_a_customer_is_a_person_until_somebody_says_it_is_a_company() -> None:
    """C1."""
    customer = a_customer()
    (fact,) = customer.change_kind(CustomerKind.COMPANY)
    assert isinstance(fact, CustomerChanged)
    assert (fact.changed, fact.kind) == (("kind",), CustomerKind.COMPANY)
    assert customer.change_kind(CustomerKind.COMPANY) == []


def test_a_vehicle_is_owned_until_somebody_says_it_is_only_driven() -> None:
    """C1."""
    customer = a_customer()
    assert customer.role(COROLLA.vin) is VehicleRole.OWNER
    told = {COROLLA.vin: VehicleRole.DRIVER}
    assert customer.change_roles(told) == [
        VehicleLinked(person_id="person-1", vehicle=COROLLA, role=VehicleRole.DRIVER)
    ]
    assert customer.change_roles(told) == []
    assert customer.role(COROLLA.vin) is VehicleRole.DRIVER
    customer.change_roles({COROLLA.vin: VehicleRole.OWNER})
    assert customer.role(COROLLA.vin) is VehicleRole.OWNER


def test_nobody_has_a_role_for_a_vehicle_that_is_not_his() -> None:
    """C1."""
    customer = a_customer()
    with pytest.raises(VehicleNotLinked):
        customer.change_roles({COROLLA.vin: VehicleRole.DRIVER, CAMRY.vin: VehicleRole.DRIVER})
    assert customer.role(COROLLA.vin) is VehicleRole.OWNER


def test_a_checked_field_is_unchecked_when_it_changes() -> None:
    """C1."""
    customer = a_customer()
    customer.verify([VerifiableField.NAME, VerifiableField.PHONE], TEN, "staff:anna")
    assert (customer.verified[VerifiableField.PHONE].at, customer.verified[VerifiableField.PHONE].by) == (
        TEN,
        "staff:anna",
    )
    customer.change_contact_data(TEN, name=None, phone=a_sealed("+8613900000009"))
    assert list(customer.verified) == [VerifiableField.NAME]


def test_a_merge_keeps_what_was_only_driven() -> None:
    """C1: the kept record's own word counts where both know the vehicle."""
    kept, other = a_customer(), a_customer(WANG)
    other.link(CAMRY)
    other.change_roles({COROLLA.vin: VehicleRole.DRIVER, CAMRY.vin: VehicleRole.DRIVER})
    kept.absorb(other)
    assert (kept.role(COROLLA.vin), kept.role(CAMRY.vin)) == (VehicleRole.OWNER, VehicleRole.DRIVER)
