"""Appointments: which vehicles are expected (R1); capacity and calendar: how full the workshop is, and when it is open
(R11)."""

from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.booking import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentRescheduled,
    CapacityChanged,
    OpeningPlanned,
)

from reception.domain.expected import ExpectedVehicle, intent_of
from reception.domain.workload import Workload, load_id
from reception.storage.collections import DEALERS, EXPECTED, WORKLOADS


async def on_appointment_confirmed(unit: Unit, fact: Fact[AppointmentConfirmed]) -> None:
    """Also when an appointment is confirmed anew with other data: the last word holds."""
    if known := await unit.find(EXPECTED, fact.key):
        unit.remove(EXPECTED, known)
    told = fact.event
    expected = ExpectedVehicle(
        visit_id=fact.key,
        dealer_id=fact.dealer_id,
        arrival=told.arrival,
        customer=told.customer,
        vehicle=told.vehicle,
        advisor=told.advisor,
        intent=intent_of(told.nature),
        concern=told.concern,
    )
    unit.add(EXPECTED, expected)


async def on_appointment_rescheduled(unit: Unit, fact: Fact[AppointmentRescheduled]) -> None:
    """Facts of one appointment come in order: one we do not know was a hold, and its confirmation tells the rest."""
    if known := await unit.find(EXPECTED, fact.key):
        known.move(fact.event.arrival, fact.event.advisor)
        unit.save(EXPECTED, known)


async def on_appointment_cancelled(unit: Unit, fact: Fact[AppointmentCancelled]) -> None:
    """A hold that was never confirmed is nothing to us."""
    if known := await unit.find(EXPECTED, fact.key):
        known.call_off()
        unit.save(EXPECTED, known)


async def on_capacity_changed(unit: Unit, fact: Fact[CapacityChanged]) -> None:
    """How full the workshop is (R11)."""
    told = fact.event
    id = load_id(fact.dealer_id, told.day)
    known = await unit.find(WORKLOADS, id)
    load = known or Workload(id, fact.dealer_id, told.day)
    load.bookable[told.work_class] = told.bookable.minutes
    load.available[told.work_class] = told.available.minutes
    (unit.save if known else unit.add)(WORKLOADS, load)


async def on_opening_planned(unit: Unit, fact: Fact[OpeningPlanned]) -> None:
    """Days that are not as the ordinary week has them, all of them anew (R11)."""
    dealer = await unit.find(DEALERS, fact.dealer_id)
    if dealer is None:
        raise NotYet(DEALERS, fact.dealer_id)
    dealer.planned = {planned.day: planned.opening for planned in fact.event.days}
    unit.save(DEALERS, dealer)


HANDLERS = {
    CapacityChanged: on_capacity_changed,
    OpeningPlanned: on_opening_planned,
    AppointmentConfirmed: on_appointment_confirmed,
    AppointmentRescheduled: on_appointment_rescheduled,
    AppointmentCancelled: on_appointment_cancelled,
}
