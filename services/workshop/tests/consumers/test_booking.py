"""Booking's facts make the preview of a day (W1)."""

from datetime import timedelta

import pytest
from a_workshop import AWorkshop, confirmed, registered
from chassis.facts import NotYet
from contracts.booking import AppointmentCancelled, AppointmentMissed, AppointmentRescheduled, NoShowWithdrawn
from contracts.values import Party, TechnicianHours, WorkClass
from workshop.projections.expected_vehicles import expected_on
from workshop_builders import MONDAY, TUESDAY, at


async def a_booked_workshop() -> AWorkshop:
    workshop = AWorkshop()
    await workshop.hear(registered())
    await workshop.hear(confirmed())
    return workshop


async def expected(workshop: AWorkshop, day=MONDAY) -> list[str]:
    return [row.visit_id for row, _ in await expected_on(workshop.unit(), day)]


def moved() -> AppointmentRescheduled:
    return AppointmentRescheduled(
        previous_arrival=at(0.25),
        arrival=at(0.25) + timedelta(days=1),
        work_class=WorkClass.PM,
        hours=TechnicianHours.of(1),
        advisor="anna",
        by=Party.CUSTOMER,
    )


async def test_a_confirmed_appointment_is_expected_on_its_day():
    """B8, W1."""
    assert await expected(await a_booked_workshop()) == ["visit-1"]


async def test_a_moved_appointment_is_expected_on_the_new_day():
    """B11."""
    workshop = await a_booked_workshop()
    await workshop.hear(moved())
    assert (await expected(workshop), await expected(workshop, TUESDAY)) == ([], ["visit-1"])


async def test_cancelled_and_missed_appointments_are_not_expected():
    """B10, B11; and late news bring a missed one back."""
    workshop = await a_booked_workshop()
    await workshop.hear(AppointmentMissed(arrival=at(0.25), person_id="person-1"))
    assert await expected(workshop) == []
    await workshop.hear(NoShowWithdrawn(arrived_at=at(0.3)))
    assert await expected(workshop) == ["visit-1"]
    await workshop.hear(AppointmentCancelled(arrival=at(0.25), by=Party.CUSTOMER))
    assert await expected(workshop) == []


async def test_a_hold_that_was_dropped_was_never_expected():
    """B15: cancelled without having been confirmed."""
    workshop = AWorkshop()
    await workshop.hear(registered())
    await workshop.hear(AppointmentCancelled(arrival=at(0.25), by=Party.CUSTOMER))
    assert await expected(workshop) == []


async def test_news_of_an_unknown_appointment_wait_for_it():
    workshop = AWorkshop()
    await workshop.hear(registered())
    with pytest.raises(NotYet):
        await workshop.hear(moved())


async def test_an_appointment_waits_for_its_dealer():
    with pytest.raises(NotYet):
        await AWorkshop().hear(confirmed())
