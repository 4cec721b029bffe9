"""Reception's facts: arrivals, what the customer authorised, refused or took back, promises, deliveries."""

from typing import Any

from chassis.consumer import Handlers
from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.reception import (
    CheckInResumed,
    EstimateAuthorised,
    LinesDeclined,
    LinesWithdrawn,
    PromisedTimeChanged,
    RepairOrderOpened,
    VehicleArrived,
    VehicleDelivered,
)

from workshop.domain.visit import Visit
from workshop.storage.dealers import DEALERS
from workshop.storage.jobs import JOBS, VISITS
from workshop.usecases.authorise_lines import AuthoriseLines, authorise_lines
from workshop.usecases.decline_lines import DeclineLines, decline_lines
from workshop.usecases.remember_visit import (
    RememberArrival,
    change_promise,
    close_job,
    identify_vehicle,
    remember_arrival,
)


async def on_vehicle_arrived(unit: Unit, fact: Fact[VehicleArrived]) -> None:
    event = fact.event
    await remember_arrival(
        unit, RememberArrival(fact.dealer_id, _visit_id(fact), event.vehicle.vin, fact.at, event.rework_of)
    )


async def on_check_in_resumed(unit: Unit, fact: Fact[CheckInResumed]) -> None:
    await identify_vehicle(unit, await _visit(unit, fact), fact.event.vehicle.vin)


async def on_repair_order_opened(unit: Unit, fact: Fact[RepairOrderOpened]) -> None:
    await change_promise(unit, await _visit(unit, fact), fact.event.promised_at, fact.event.waiting)


async def on_promised_time_changed(unit: Unit, fact: Fact[PromisedTimeChanged]) -> None:
    await change_promise(unit, await _visit(unit, fact), fact.event.promised_at)


async def on_estimate_authorised(unit: Unit, fact: Fact[EstimateAuthorised]) -> None:
    if await unit.find(DEALERS, fact.dealer_id) is None:
        raise NotYet(DEALERS, fact.dealer_id)
    event = fact.event
    command = AuthoriseLines(
        visit=await _visit(unit, fact),
        lines=event.lines,
        finding_id=event.finding_id,
        vehicle=event.vehicle,
        advisor=event.advisor,
        promised_at=event.promised_at,
        booked=event.booked,
        waiting=event.waiting,
        rework_of=event.rework_of,
        at=fact.at,
    )
    await authorise_lines(unit, command)


async def on_lines_declined(unit: Unit, fact: Fact[LinesDeclined]) -> None:
    """Lines refused before anything was authorised never were on the board."""
    event, visit = fact.event, await _visit(unit, fact)
    if await unit.find(JOBS, visit.visit_id) is not None:
        await decline_lines(unit, DeclineLines(visit.visit_id, event.lines, event.finding_id))
    elif event.finding_id is not None:
        raise NotYet(JOBS, visit.visit_id)


async def on_lines_withdrawn(unit: Unit, fact: Fact[LinesWithdrawn]) -> None:
    """R9: without a job there is nothing to leave the board: all that was authorised came before this fact, and what
    waited for the maker's word was never authorised (R8)."""
    visit = await _visit(unit, fact)
    if await unit.find(JOBS, visit.visit_id) is not None:
        await decline_lines(unit, DeclineLines(visit.visit_id, fact.event.lines, None))


async def on_vehicle_delivered(unit: Unit, fact: Fact[VehicleDelivered]) -> None:
    await close_job(unit, await _visit(unit, fact), fact.at)


async def _visit(unit: Unit, fact: Fact[Any]) -> Visit:
    """Raises ``NotYet`` until the vehicle's arrival is known."""
    visit = await unit.find(VISITS, _visit_id(fact))
    if visit is None:
        raise NotYet(VISITS, _visit_id(fact))
    return visit


def _visit_id(fact: Fact[Any]) -> str:
    """Reception's key is the visit id."""
    return fact.visit_id or fact.key


HANDLERS: Handlers = {
    VehicleArrived: on_vehicle_arrived,
    CheckInResumed: on_check_in_resumed,
    RepairOrderOpened: on_repair_order_opened,
    EstimateAuthorised: on_estimate_authorised,
    LinesDeclined: on_lines_declined,
    LinesWithdrawn: on_lines_withdrawn,
    PromisedTimeChanged: on_promised_time_changed,
    VehicleDelivered: on_vehicle_delivered,
}
