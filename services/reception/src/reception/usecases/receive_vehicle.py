"""R1: a vehicle arrives, booked or as a walk-in, perhaps with work that did not hold."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.reception import Intent
from contracts.values import Person, Sealed, Vehicle

from reception.domain import errors
from reception.domain.dealer import Dealer
from reception.domain.policy import Policy
from reception.domain.repair_order import OrderState
from reception.domain.vin_policy import check_vin_for_market, vin_fits_market
from reception.domain.visit import Visit
from reception.storage.collections import EXPECTED, REPAIR_ORDERS, VISITS
from reception.usecases.known import dealer_of


@dataclass(frozen=True)
class ReceiveBooked:
    """The vehicle of an appointment is here. ``intent`` and ``rework_of`` where the counter knows better."""

    dealer_id: str
    visit_id: str
    intent: Intent | None = None
    rework_of: str | None = None


@dataclass(frozen=True)
class ReceiveWalkIn:
    """A vehicle came without an appointment. ``concern``: the customer's first words."""

    dealer_id: str
    visit_id: str
    name: str
    phone: str
    vehicle: Vehicle
    intent: Intent
    concern: str = ""
    rework_of: str | None = None


async def receive_booked(unit: Unit, command: ReceiveBooked, policy: Policy) -> Visit:
    """A booked VIN whose check digit is wrong where the market uses it arrives with its check-in stopped (R19): the
    appointment cannot be corrected here, the vehicle can. Raises ``AppointmentUnknown``, ``AppointmentCancelled``,
    ``AlreadyArrived``, and the refusals of a rework."""
    dealer = await dealer_of(unit, command.dealer_id)
    if await unit.find(VISITS, command.visit_id):
        raise errors.AlreadyArrived
    expected = await unit.find(EXPECTED, command.visit_id)
    if expected is None:
        raise errors.AppointmentUnknown(command.visit_id)
    if expected.cancelled:
        raise errors.AppointmentCancelled
    visit = Visit(
        visit_id=command.visit_id,
        dealer_id=command.dealer_id,
        day=dealer.day_of(unit.now),
        arrived_at=unit.now,
        listed_as=f"{unit.now.isoformat()}~{command.visit_id}",
        booked=True,
        intent=command.intent or expected.intent,
        customer=expected.customer,
        vehicle=expected.vehicle,
        advisor=expected.advisor,
        concern=expected.concern,
    )
    fits = vin_fits_market(visit.vehicle.vin, dealer.market, policy.check_digit_markets)
    return await _arrive(unit, visit, command.rework_of, stopped=not fits)


async def receive_walk_in(unit: Unit, command: ReceiveWalkIn, policy: Policy) -> Visit:
    """Raises ``CheckDigitWrong`` where the market uses it (R19), and the refusals of a rework."""
    dealer = await dealer_of(unit, command.dealer_id)
    if await unit.find(VISITS, command.visit_id):
        raise errors.AlreadyArrived
    check_vin_for_market(command.vehicle.vin, dealer.market, policy.check_digit_markets)
    visit = await _walk_in(unit, command, dealer)
    return await _arrive(unit, visit, command.rework_of)


async def _walk_in(unit: Unit, command: ReceiveWalkIn, dealer: Dealer) -> Visit:
    person_id = unit.person_id(command.dealer_id, command.phone)
    concern: Sealed | None = await unit.seal(person_id, command.concern) if command.concern else None
    return Visit(
        visit_id=command.visit_id,
        dealer_id=command.dealer_id,
        day=dealer.day_of(unit.now),
        arrived_at=unit.now,
        listed_as=f"{unit.now.isoformat()}~{command.visit_id}",
        booked=False,
        intent=command.intent,
        customer=Person(
            person_id=person_id,
            name=await unit.seal(person_id, command.name),
            phone=await unit.seal(person_id, command.phone),
        ),
        vehicle=command.vehicle,
        concern=concern,
    )


async def _arrive(unit: Unit, visit: Visit, rework_of: str | None, *, stopped: bool = False) -> Visit:
    if rework_of is not None:
        await _check_earlier_visit(unit, visit, rework_of)
        visit.rework_of, visit.intent = rework_of, Intent.REWORK
    unit.add(VISITS, visit, [*visit.arrive(), *(visit.stop_for_vin() if stopped else [])])
    return visit


async def _check_earlier_visit(unit: Unit, visit: Visit, rework_of: str) -> None:
    earlier = await unit.find(REPAIR_ORDERS, rework_of)
    if earlier is None:
        raise errors.ReworkOfUnknownVisit(rework_of)
    if earlier.vehicle.vin != visit.vehicle.vin:
        raise errors.ReworkOfAnotherVehicle
    if earlier.state is not OrderState.DELIVERED:
        raise errors.ReworkOfOpenVisit
