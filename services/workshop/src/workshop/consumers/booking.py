"""Booking's facts: which vehicles are expected, for the preview of a day (W1)."""

from typing import Any

from chassis.consumer import Handlers
from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.booking import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentMissed,
    AppointmentRescheduled,
    NoShowWithdrawn,
)

from workshop.domain.dealer import Dealer
from workshop.projections.expected_vehicles import EXPECTED, ExpectedVehicle
from workshop.storage.dealers import DEALERS


async def on_appointment_confirmed(unit: Unit, fact: Fact[AppointmentConfirmed]) -> None:
    event, dealer = fact.event, await _dealer(unit, fact)
    if await unit.find(EXPECTED, fact.key) is None:
        row = ExpectedVehicle(
            visit_id=fact.key,
            dealer_id=fact.dealer_id,
            day=dealer.day_of(event.arrival),
            arrival=event.arrival,
            plate=event.vehicle.plate,
            model=event.vehicle.model,
            nature=event.nature,
            work_class=event.work_class,
            hours=event.hours,
        )
        unit.add(EXPECTED, row)


async def on_appointment_rescheduled(unit: Unit, fact: Fact[AppointmentRescheduled]) -> None:
    event, row = fact.event, await _row(unit, fact)
    row.move((await _dealer(unit, fact)).day_of(event.arrival), event.arrival, event.work_class, event.hours)
    unit.save(EXPECTED, row)


async def on_appointment_cancelled(unit: Unit, fact: Fact[AppointmentCancelled]) -> None:
    """A hold can be dropped before it was confirmed (B15): then nobody expects the vehicle here."""
    if await unit.find(EXPECTED, fact.key) is not None:
        await _turn(unit, fact, off=True)


async def on_appointment_missed(unit: Unit, fact: Fact[AppointmentMissed]) -> None:
    await _turn(unit, fact, off=True)


async def on_no_show_withdrawn(unit: Unit, fact: Fact[NoShowWithdrawn]) -> None:
    await _turn(unit, fact, off=False)


async def _turn(unit: Unit, fact: Fact[Any], *, off: bool) -> None:
    row = await _row(unit, fact)
    row.off = off
    unit.save(EXPECTED, row)


async def _row(unit: Unit, fact: Fact[Any]) -> ExpectedVehicle:
    """Booking's key is the visit id."""
    row = await unit.find(EXPECTED, fact.key)
    if row is None:
        raise NotYet(EXPECTED, fact.key)
    return row


async def _dealer(unit: Unit, fact: Fact[Any]) -> Dealer:
    dealer = await unit.find(DEALERS, fact.dealer_id)
    if dealer is None:
        raise NotYet(DEALERS, fact.dealer_id)
    return dealer


HANDLERS: Handlers = {
    AppointmentConfirmed: on_appointment_confirmed,
    AppointmentRescheduled: on_appointment_rescheduled,
    AppointmentCancelled: on_appointment_cancelled,
    AppointmentMissed: on_appointment_missed,
    NoShowWithdrawn: on_no_show_withdrawn,
}
