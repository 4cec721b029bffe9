"""What booking learns from reception: vehicles that came, and work that nobody had booked."""

from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.reception import EstimateAuthorised, VehicleArrived

from booking.domain.taking import TakenHours
from booking.storage.documents import APPOINTMENTS, DEALERS
from booking.usecases.record_arrival import RecordArrival, record_arrival
from booking.usecases.take_unbooked_work import TakeUnbookedWork, take_unbooked_work


async def on_vehicle_arrived(unit: Unit, fact: Fact[VehicleArrived]) -> None:
    """An arrival closes its appointment. A walk-in has none: its hours come with the authorisation."""
    visit_id = fact.visit_id or fact.key
    if await unit.find(APPOINTMENTS, visit_id) is None:
        if fact.event.booked:
            raise NotYet(APPOINTMENTS, visit_id)
        return
    await record_arrival(unit, RecordArrival(fact.dealer_id, visit_id, fact.at))


async def on_estimate_authorised(unit: Unit, fact: Fact[EstimateAuthorised]) -> None:
    """Authorised lines of a visit without hours of its own take hours on the dealer's day of the authorisation."""
    if await unit.find(DEALERS, fact.dealer_id) is None:
        raise NotYet(DEALERS, fact.dealer_id)
    lines = tuple(TakenHours(line.line_id, line.work_class, line.hours) for line in fact.event.lines)
    command = TakeUnbookedWork(fact.dealer_id, fact.visit_id or fact.key, lines, fact.at)
    await take_unbooked_work(unit, command)


HANDLERS = {VehicleArrived: on_vehicle_arrived, EstimateAuthorised: on_estimate_authorised}
