"""Questioning, walk-around and the way to a repair order (R3, R5, R7, R11)."""

from datetime import timedelta

import pytest
from chassis.testing import memory_unit
from chassis.unit import Unit, Unknown, VersionConflict
from contracts.reception import (
    CheckInResumed,
    CheckInStopped,
    CustomerGreeted,
    FollowUpPreference,
    RepairOrderOpened,
    WalkAroundCompleted,
)
from contracts.values import Vehicle
from reception.domain import errors
from reception.domain.visit import Resolution
from reception.domain.waiting import LeaveReason
from reception.domain.walk_around import ORDER, Station
from reception.storage.collections import VISITS
from reception.usecases.greet_customer import GreetCustomer, greet_customer
from reception.usecases.leave_queue import LeaveQueue, leave_queue
from reception.usecases.open_repair_order import OpenRepairOrder, open_repair_order
from reception.usecases.resolve_mismatch import ResolveMismatch, resolve_mismatch
from reception.usecases.see_station import SeeStation, see_station
from reception_builders import NINE, POLICY, VIN, a_draft, a_visit, questioned, walked_around
from reception_counter import TheCounter

OTHER = Vehicle(vin="JT1234567890ZZZZZ", plate="沪B99999", model="LC100", odometer_km=45_000)


@pytest.fixture
async def counter() -> TheCounter:
    """A booked vehicle has just arrived."""
    counter = TheCounter()
    await counter.opens()
    await counter.books()
    await counter.receives()
    return counter


async def test_the_greeting_takes_a_customer_out_of_the_queue(counter: TheCounter):
    """R1."""
    unit = memory_unit(store=counter.store)
    assert len(await unit.query(VISITS, {"in_queue": True})) == 1
    counter.later(seconds=45)
    visit = await counter.do(lambda unit: greet_customer(unit, GreetCustomer("visit-1", "bo")))
    assert visit.waited_seconds(counter.now) == 45 and visit.advisor == "bo"
    assert await memory_unit(store=counter.store).query(VISITS, {"in_queue": True}) == []


async def test_whoever_goes_on_with_a_visit_that_waits_has_greeted_its_customer(counter: TheCounter):
    """R1: once, with the time he waited; whom the appointment named owns it."""
    counter.later(seconds=70)
    await counter.questions()
    await counter.walks_around()
    assert counter.announced(CustomerGreeted) == [CustomerGreeted(advisor="anna", waited_seconds=70)]
    assert await memory_unit(store=counter.store).query(VISITS, {"in_queue": True}) == []
    with pytest.raises(errors.AlreadyGreeted):
        await counter.do(lambda unit: greet_customer(unit, GreetCustomer("visit-1", "bo")))


async def test_who_goes_around_a_walk_in_that_nobody_greeted_owns_it():
    """R1, R7: the first station ends the wait; a refused one does not."""
    counter = TheCounter()
    await counter.opens()
    await counter.receives_walk_in()
    with pytest.raises(errors.StationOutOfOrder):
        await counter.do(lambda unit: see_station(unit, SeeStation("visit-2", Station.REAR)))
    assert counter.announced(CustomerGreeted) == []
    await counter.walks_around("visit-2")
    assert counter.announced(CustomerGreeted) == [CustomerGreeted(advisor="anna", waited_seconds=0)]
    assert (await counter.visit("visit-2")).advisor == "anna"


async def test_a_walk_in_that_the_dealers_app_goes_on_with_waits_until_a_person_greets_it():
    """R1, R7: a machine is no advisor; a booked visit is still greeted by whom its appointment named."""
    counter = TheCounter()
    await counter.opens()
    await counter.receives_walk_in()
    unit = memory_unit(now=counter.now, store=counter.store, actor="app:dms-sh001")
    await see_station(unit, SeeStation("visit-2", ORDER[0], odometer_km=20_113))
    await unit.commit()
    visit = await counter.visit("visit-2")
    assert (visit.advisor, visit.in_queue, counter.announced(CustomerGreeted)) == (None, True, [])
    await counter.do(lambda unit: greet_customer(unit, GreetCustomer("visit-2", "bo")))
    assert (await counter.visit("visit-2")).advisor == "bo"
    booked = a_visit(advisor="anna", booked=True)
    booked.take_up("app:dms-sh001", NINE)
    assert booked.advisor == "anna" and not booked.in_queue


async def test_own_words_are_sealed(counter: TheCounter):
    """R3: the exact words are the customer's."""
    visit = await counter.questions()
    assert visit.questioning is not None
    assert "squeals" not in str(counter.store.documents)
    assert await counter.store.sealing.open(visit.questioning.own_words) == "It squeals in the morning."


async def test_a_repair_order_takes_over_what_the_check_in_found(counter: TheCounter):
    """R7, R11: the odometer of the walk-around, the words of the questioning, a promise for two hours of work."""
    await counter.checks_in()
    (completed,) = counter.announced(WalkAroundCompleted)
    (opened,) = counter.announced(RepairOrderOpened)
    assert completed.odometer_km == opened.vehicle.odometer_km == 20_113
    assert await counter.store.sealing.open(opened.concern) == "It squeals in the morning."
    assert opened.promised_at == NINE + timedelta(hours=3)


async def test_another_vin_stops_the_check_in_until_it_is_resolved(counter: TheCounter):
    """R5."""
    await counter.do(lambda unit: see_station(unit, SeeStation("visit-1", Station.LEFT_FRONT_DOOR)))
    wing = SeeStation("visit-1", Station.LEFT_FRONT_WING, vin_seen=OTHER.vin)
    await counter.do(lambda unit: see_station(unit, wing))
    assert counter.announced(CheckInStopped)[0].expected_vin == VIN
    front = SeeStation("visit-1", Station.FRONT, plate_seen=OTHER.plate)
    with pytest.raises(errors.CheckInStopped):
        await counter.do(lambda unit: see_station(unit, front))
    command = ResolveMismatch("SH001", "visit-1", OTHER, Resolution.ORDER_CORRECTED)
    await counter.do(lambda unit: resolve_mismatch(unit, command, POLICY))
    assert counter.announced(CheckInResumed)[0].vehicle == OTHER
    await counter.do(lambda unit: see_station(unit, front))
    assert (await counter.visit()).vehicle == OTHER


async def test_a_visit_has_one_repair_order(counter: TheCounter):
    """R7."""
    await counter.checks_in()
    with pytest.raises(errors.RepairOrderExists):
        await counter.opens_order()
    with pytest.raises(errors.RepairOrderExists):
        await counter.questions()


async def test_a_visit_without_an_owner_gets_no_repair_order():
    """R7: somebody answers for it, also where a check-in was recorded before its recorder became its owner."""
    counter = TheCounter()
    await counter.opens()
    await counter.receives_walk_in("visit-1")
    await counter.questions()
    await counter.walks_around()

    async def without_owner(unit: Unit) -> None:
        visit = await unit.get(VISITS, "visit-1")
        visit.advisor = None
        unit.save(VISITS, visit)

    await counter.do(without_owner)
    nobody = OpenRepairOrder("SH001", "visit-1", (a_draft(),), False, FollowUpPreference(), True)
    with pytest.raises(errors.AdvisorMissing):
        await counter.do(lambda unit: open_repair_order(unit, nobody, POLICY))


@pytest.mark.parametrize("leaving_is_faster", [True, False])
async def test_of_leaving_and_opening_the_order_at_the_same_moment_only_one_happens(leaving_is_faster: bool):
    """R1, R7: the dealer's app checked in a walk-in whom nobody greeted; who is slower decides anew, and is refused."""
    counter = TheCounter()
    await counter.opens()
    walk_in = walked_around(a_visit(booked=False, advisor=None))
    walk_in.questioning = questioned()

    async def comes(unit: Unit) -> None:
        unit.add(VISITS, walk_in)

    await counter.do(comes)

    async def leaves(unit: Unit) -> None:
        await leave_queue(unit, LeaveQueue("visit-1", LeaveReason.CALLED_AWAY))

    async def opens(unit: Unit) -> None:
        order = OpenRepairOrder("SH001", "visit-1", (a_draft(),), False, FollowUpPreference(), True, advisor="anna")
        await open_repair_order(unit, order, POLICY)

    faster, slower = memory_unit(now=NINE, store=counter.store), memory_unit(now=NINE, store=counter.store)
    first, second = (leaves, opens) if leaving_is_faster else (opens, leaves)
    await first(faster)
    await second(slower)
    await faster.commit()
    with pytest.raises(VersionConflict):
        await slower.commit()
    with pytest.raises(errors.CustomerLeft if leaving_is_faster else errors.CustomerAttended):
        await counter.do(second)


async def test_estimates_need_a_repair_order(counter: TheCounter):
    """R7, R10: what is missing is said; an unknown visit is simply unknown (X1)."""
    with pytest.raises(errors.RepairOrderMissing):
        await counter.estimates()
    with pytest.raises(Unknown):
        await counter.estimates("visit-9")
