"""Appointments (R1) and the dealer's opening (R11) as booking tells them."""

from datetime import timedelta

import pytest
from chassis.facts import NotYet
from chassis.testing import memory_unit
from contracts.booking import AppointmentCancelled, AppointmentRescheduled, OpeningPlanned, PlannedOpening
from contracts.values import Party, WorkClass
from reception.storage.collections import DEALERS, EXPECTED
from reception_builders import NINE, a_draft
from reception_counter import TheCounter

LATER = NINE + timedelta(days=1)
MOVED = AppointmentRescheduled(
    previous_arrival=NINE,
    arrival=LATER,
    work_class=WorkClass.PM,
    hours=a_draft().hours,
    advisor="bo",
    by=Party.CUSTOMER,
)


async def test_a_moved_appointment_is_expected_at_its_new_time():
    """R1, B11."""
    counter = TheCounter()
    await counter.books()
    await counter.hears(MOVED)
    expected = await memory_unit(store=counter.store).get(EXPECTED, "visit-1")
    assert (expected.arrival, expected.advisor) == (LATER, "bo")


async def test_a_cancelled_appointment_confirmed_anew_is_expected_again():
    """R1, B11."""
    counter = TheCounter()
    await counter.books()
    await counter.hears(AppointmentCancelled(arrival=NINE, by=Party.CUSTOMER))
    await counter.books()
    assert not (await memory_unit(store=counter.store).get(EXPECTED, "visit-1")).cancelled


async def test_a_hold_that_was_never_confirmed_is_nothing_to_reception():
    """B15: facts of one appointment come in order, so its confirmation would have come before."""
    counter = TheCounter()
    await counter.hears(AppointmentCancelled(arrival=NINE, by=Party.CUSTOMER))
    await counter.hears(MOVED)
    assert await memory_unit(store=counter.store).find(EXPECTED, "visit-1") is None


async def test_a_dealers_planned_opening_waits_until_the_dealer_is_known_and_outlives_a_new_registration():
    """R11, H1: booking may be read before headquarters."""
    counter, closed = TheCounter(), PlannedOpening(day=LATER.date())
    with pytest.raises(NotYet):
        await counter.hears(OpeningPlanned(days=(closed,)))
    await counter.opens()
    await counter.hears(OpeningPlanned(days=(closed,)))
    await counter.opens()
    assert (await memory_unit(store=counter.store).get(DEALERS, "SH001")).planned == {LATER.date(): ()}
