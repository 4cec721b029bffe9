"""Arrivals: booked, walk-in, rework (R1, R2)."""

import pytest
from contracts.booking import AppointmentCancelled
from contracts.reception import Intent, VehicleArrived
from contracts.values import NatureOfWork, Party, Vehicle
from reception.domain import errors
from reception_builders import CUSTOMER, NINE
from reception_counter import TheCounter

OTHER = Vehicle(vin="JT1234567890ZZZZZ", plate="沪B99999", model="LC100")


async def test_a_booked_vehicle_is_recognised():
    """R1: customer, vehicle, advisor and nature come from the appointment."""
    counter = TheCounter()
    await counter.opens()
    await counter.books(nature=NatureOfWork.FAULT_REPAIR)
    await counter.receives()
    (arrived,) = counter.announced(VehicleArrived)
    assert arrived.booked and arrived.customer == CUSTOMER and arrived.advisor == "anna"
    assert arrived.intent is Intent.PAID_REPAIR
    assert counter.store.events[0].visit_id == counter.store.events[0].key == "visit-1"


async def test_an_appointment_that_has_not_reached_reception_is_refused_with_a_way_out():
    """R1: retry shortly, or register as a walk-in."""
    counter = TheCounter()
    await counter.opens()
    with pytest.raises(errors.AppointmentUnknown, match=r"retry in a few seconds.*walk-in"):
        await counter.receives()


async def test_a_cancelled_appointment_is_no_booked_arrival():
    """R1."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    await counter.hears(AppointmentCancelled(arrival=NINE, by=Party.CUSTOMER))
    with pytest.raises(errors.AppointmentCancelled):
        await counter.receives()


async def test_a_vehicle_arrives_once():
    """R1."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    await counter.receives()
    with pytest.raises(errors.AlreadyArrived):
        await counter.receives()


async def test_a_walk_in_is_registered_with_his_personal_values_sealed():
    """R1, R2: name, phone and words are nowhere in plain text."""
    counter = TheCounter()
    await counter.opens()
    await counter.receives_walk_in()
    (arrived,) = counter.announced(VehicleArrived)
    assert not arrived.booked and arrived.advisor is None
    assert await counter.store.sealing.open(arrived.customer.name) == "Li Wei"
    for secret in ("Li Wei", "13800138000", "It squeals"):
        assert secret not in str(counter.store.documents)


async def test_a_rework_names_the_visit_that_did_not_hold():
    """R1, W9."""
    counter = TheCounter()
    await counter.goes_through()
    visit = await counter.receives_walk_in(rework_of="visit-1")
    assert visit.intent is Intent.REWORK and visit.rework_of == "visit-1"
    assert counter.announced(VehicleArrived)[-1].rework_of == "visit-1"


async def test_a_rework_of_an_unknown_visit_is_refused():
    """R1."""
    counter = TheCounter()
    await counter.opens()
    with pytest.raises(errors.ReworkOfUnknownVisit):
        await counter.receives_walk_in(rework_of="visit-9")


async def test_a_rework_is_of_the_same_vin():
    """R1."""
    counter = TheCounter()
    await counter.goes_through()
    with pytest.raises(errors.ReworkOfAnotherVehicle):
        await counter.receives_walk_in(vehicle=OTHER, rework_of="visit-1")


async def test_a_vehicle_that_is_still_here_is_no_rework():
    """R1: go on with that visit."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    await counter.receives()
    await counter.checks_in()
    with pytest.raises(errors.ReworkOfOpenVisit):
        await counter.receives_walk_in(rework_of="visit-1")


async def test_a_dealer_that_headquarters_has_not_registered_receives_nobody():
    """H1."""
    with pytest.raises(errors.DealerUnknown):
        await TheCounter().receives_walk_in()
