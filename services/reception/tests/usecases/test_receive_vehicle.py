"""Arrivals: booked, walk-in, rework (R1, R2)."""

import pytest
from contracts.booking import AppointmentCancelled
from contracts.reception import CheckInStopped, Intent, VehicleArrived
from contracts.values import NatureOfWork, Party, Vehicle
from reception.domain import errors
from reception.domain.policy import Policy
from reception.domain.visit import Resolution
from reception.usecases.resolve_mismatch import ResolveMismatch, resolve_mismatch
from reception_builders import CUSTOMER, NINE, VEHICLE, VIN
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


async def test_a_booked_vin_that_cannot_be_right_is_received_and_stopped_until_it_is_corrected():
    """R19, R5: where the market uses the check digit; the customer is not sent away."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    strict = Policy(check_digit_markets=("CN",))
    visit = await counter.receives(policy=strict)
    assert visit.stopped and len(counter.announced(VehicleArrived)) == 1
    (stopped,) = counter.announced(CheckInStopped)
    assert (stopped.expected_vin, stopped.seen_vin) == (VIN, "")
    with pytest.raises(errors.CheckInStopped):
        await counter.walks_around()

    def corrected(vin: str) -> ResolveMismatch:
        vehicle = VEHICLE.model_copy(update={"vin": vin})
        return ResolveMismatch("SH001", "visit-1", vehicle, Resolution.ORDER_CORRECTED)

    with pytest.raises(errors.CheckDigitWrong):
        await counter.do(lambda unit: resolve_mismatch(unit, corrected(VIN), strict))
    await counter.do(lambda unit: resolve_mismatch(unit, corrected("1M8GDM9AXKP042788"), strict))
    visit = await counter.visit()
    assert not visit.stopped and visit.vehicle.vin == "1M8GDM9AXKP042788"


async def test_a_booked_vin_is_taken_as_it_is_where_the_market_uses_no_check_digit():
    """R19."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    assert not (await counter.receives(policy=Policy(check_digit_markets=("US",)))).stopped


async def test_a_dealer_that_headquarters_has_not_registered_receives_nobody():
    """H1."""
    with pytest.raises(errors.DealerUnknown):
        await TheCounter().receives_walk_in()
