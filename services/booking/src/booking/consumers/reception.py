"""What booking learns from reception: vehicles that came, who left ungreeted, and work that nobody had booked."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.event import Event
from contracts.reception import (
    CustomerLeft,
    CustomerReturned,
    EstimateAuthorised,
    LinesWithdrawn,
    RecommendationAnswered,
    RecommendationPostponed,
    VehicleArrived,
    VehicleDelivered,
)
from contracts.values import PersonId, StaffId, Vehicle, VisitId

from booking.consumers.prerequisites import needs_dealer
from booking.domain.arrival import FoundWork
from booking.domain.due import PostponedWork
from booking.domain.policy import Policy
from booking.domain.taking import TakenHours
from booking.domain.vehicle_file import AuthorisedLine, PastVisit
from booking.storage.days import known_dealer
from booking.storage.documents import APPOINTMENTS
from booking.usecases.count_arrival import (
    CountArrival,
    count_arrival,
    count_found_work,
    forget_found_work,
    note_departure,
)
from booking.usecases.mobility import end_loan
from booking.usecases.postpone_work import PostponeWork, postpone_work, take_off_due_list
from booking.usecases.record_arrival import RecordArrival, record_arrival
from booking.usecases.record_departure import RecordDeparture, record_departure
from booking.usecases.record_return import RecordReturn, record_return
from booking.usecases.release_withdrawn_lines import ReleaseWithdrawnLines, release_withdrawn_lines
from booking.usecases.remember_visit import RememberVisit, forget_withdrawn_lines, remember_visit
from booking.usecases.reserve_carry_over import drop_carry_overs
from booking.usecases.take_unbooked_work import TakeUnbookedWork, take_unbooked_work


async def on_vehicle_arrived(unit: Unit, fact: Fact[VehicleArrived]) -> None:
    """An arrival closes its appointment. A walk-in has none: its hours come with the authorisation."""
    visit_id = fact.visit_id or fact.key
    if await unit.find(APPOINTMENTS, visit_id) is None:
        if fact.event.booked:
            raise NotYet(APPOINTMENTS, visit_id)
        await _came(unit, fact, visit_id)
        return
    await _came(unit, fact, visit_id)
    await record_arrival(unit, RecordArrival(fact.dealer_id, visit_id, fact.at))


async def _came(unit: Unit, fact: Fact[VehicleArrived], visit_id: VisitId) -> None:
    await _remember(unit, fact, fact.event.vehicle, fact.event.advisor)
    await count_arrival(unit, CountArrival(fact.dealer_id, visit_id, fact.event.booked, fact.at))


async def on_customer_left(unit: Unit, fact: Fact[CustomerLeft], policy: Policy = Policy()) -> None:
    """Whom nobody greeted takes nothing while he is away (B1). His arrival is known: a visit's facts come in order."""
    visit_id = fact.visit_id or fact.key
    await record_departure(unit, RecordDeparture(fact.dealer_id, visit_id, fact.event.reason), policy)
    await note_departure(unit, visit_id, fact.event.reason)


async def on_customer_returned(unit: Unit, fact: Fact[CustomerReturned]) -> None:
    """He waits again: his hours are taken, and he counts among those who came (B1, B13)."""
    visit_id = fact.visit_id or fact.key
    await record_return(unit, RecordReturn(fact.dealer_id, visit_id))
    await note_departure(unit, visit_id, None)


async def on_estimate_authorised(unit: Unit, fact: Fact[EstimateAuthorised]) -> None:
    """Authorised lines of a visit without hours of its own take hours on the dealer's day of the authorisation."""
    await needs_dealer(unit, fact)
    lines = tuple(TakenHours(line.line_id, line.work_class, line.hours) for line in fact.event.lines)
    command = TakeUnbookedWork(fact.dealer_id, fact.visit_id or fact.key, lines, fact.at)
    await take_unbooked_work(unit, command)
    if fact.event.supplement:
        found = tuple(FoundWork(line.line_id, line.work_class, line.hours) for line in fact.event.lines)
        await count_found_work(unit, fact.visit_id or fact.key, found)
    operations = tuple((line.operation, line.title) for line in fact.event.lines)
    kept = tuple(AuthorisedLine(line.line_id, line.operation, line.work_class) for line in fact.event.lines)
    await _remember(unit, fact, fact.event.vehicle, fact.event.advisor, operations, lines=kept)


async def on_lines_withdrawn(unit: Unit, fact: Fact[LinesWithdrawn]) -> None:
    """Lines that are off take no hours of the day any more (B1), and were not done here (B5, B12, B20)."""
    await needs_dealer(unit, fact)
    command = ReleaseWithdrawnLines(fact.dealer_id, fact.visit_id or fact.key, fact.event.lines, fact.at)
    await release_withdrawn_lines(unit, command)
    await forget_withdrawn_lines(unit, command.visit_id, command.lines)
    await forget_found_work(unit, command.visit_id, command.lines)


async def on_vehicle_delivered(unit: Unit, fact: Fact[VehicleDelivered]) -> None:
    """The visit is history (B5): no hours of coming days are kept for it (B1), and its loaner car is free (B17)."""
    person = fact.event.customer.person_id
    await _remember(unit, fact, fact.event.vehicle, fact.event.advisor, delivered=True, person_id=person)
    visit_id = fact.visit_id or fact.key
    dealer = await known_dealer(unit, fact.dealer_id)
    await drop_carry_overs(unit, dealer, visit_id, after=dealer.day_of(fact.at))
    await end_loan(unit, visit_id, fact.at)


async def on_recommendation_postponed(unit: Unit, fact: Fact[RecommendationPostponed]) -> None:
    """Work that the customer wants later goes on the due list (R13, B12)."""
    await needs_dealer(unit, fact)
    told = fact.event
    work = PostponedWork(told.recommendation_id, told.title, told.due_on, told.due_km)
    await postpone_work(unit, PostponeWork(fact.dealer_id, told.vehicle, told.person_id, work))


async def on_recommendation_answered(unit: Unit, fact: Fact[RecommendationAnswered]) -> None:
    """He took or refused what he had put off: it is due no more (R13, B12)."""
    await take_off_due_list(unit, fact.dealer_id, fact.event.vehicle.vin, fact.event.recommendation_id)


async def _remember(
    unit: Unit,
    fact: Fact[Any],
    vehicle: Vehicle,
    advisor: StaffId | None,
    operations: tuple[tuple[str, str], ...] = (),
    delivered: bool = False,
    person_id: PersonId | None = None,
    lines: tuple[AuthorisedLine, ...] = (),
) -> None:
    dealer = await needs_dealer(unit, fact)
    day = dealer.day_of(fact.at)
    odometer = vehicle.odometer_km
    classes = tuple(dict.fromkeys(line.work_class for line in lines))
    visit = PastVisit(fact.visit_id or fact.key, day, odometer, advisor, operations, delivered, classes, lines)
    await remember_visit(unit, RememberVisit(fact.dealer_id, vehicle, visit, person_id))


HANDLERS = {
    VehicleArrived: on_vehicle_arrived,
    CustomerLeft: on_customer_left,
    CustomerReturned: on_customer_returned,
    EstimateAuthorised: on_estimate_authorised,
    LinesWithdrawn: on_lines_withdrawn,
    VehicleDelivered: on_vehicle_delivered,
    RecommendationPostponed: on_recommendation_postponed,
    RecommendationAnswered: on_recommendation_answered,
}


def handlers(policy: Policy) -> dict[type[Event], Callable[..., Awaitable[None]]]:
    """The same with the network's figures."""
    return {**HANDLERS, CustomerLeft: partial(on_customer_left, policy=policy)}
