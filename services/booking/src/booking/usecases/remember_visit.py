"""A visit goes into the vehicle's file, and the next maintenance is planned (B5, B12, B18)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.values import LineId, PersonId, Vehicle, Vin, VisitId

from booking.domain.due import ServicePlan
from booking.domain.vehicle_file import PastVisit, VehicleFile, file_id
from booking.storage.days import known_dealer
from booking.storage.documents import CALENDARS, VEHICLES


@dataclass(frozen=True)
class RememberVisit:
    dealer_id: str
    vehicle: Vehicle
    visit: PastVisit
    person_id: PersonId | None = None


async def remember_visit(unit: Unit, command: RememberVisit) -> None:
    """The first visit opens the file and puts the vehicle into reminder tracking."""
    file = await vehicle_file(unit, command.dealer_id, command.vehicle.vin)
    file.keep(command.visit)
    file.met(command.vehicle, command.person_id)
    await plan_and_save(unit, file, delivered=command.visit.delivered)


async def forget_withdrawn_lines(unit: Unit, visit_id: VisitId, lines: tuple[LineId, ...]) -> None:
    """They were not done here (R9): a recall among them stays open, and no maintenance is reckoned from them."""
    for file in await unit.query(VEHICLES, {"visits.visit_id": visit_id}):
        file.withdraw(visit_id, lines)
        await plan_and_save(unit, file)


async def campaign_was_done(unit: Unit, dealer_id: str, vin: Vin, campaign_id: str) -> None:
    """At whichever dealer: the booker does not offer it any more."""
    file = await vehicle_file(unit, dealer_id, vin)
    if campaign_id not in file.campaigns_done:
        file.campaigns_done.append(campaign_id)
        unit.save(VEHICLES, file)


async def tell_maintenance_due(unit: Unit, id: str, due: datetime) -> None:
    """The time to call the customer has come (timer, B12)."""
    file = await unit.get(VEHICLES, id)
    dealer = await known_dealer(unit, file.dealer_id)
    unit.save(VEHICLES, file, file.tell_due(due, dealer.day_of(unit.now)))


async def plan_and_save(unit: Unit, file: VehicleFile, *, delivered: bool = False) -> None:
    """What is due next is planned as the dealer's shop has it today (B12)."""
    dealer = await known_dealer(unit, file.dealer_id)
    calendar = await unit.find(CALENDARS, file.dealer_id)
    shop = calendar.shop_on(dealer.day_of(unit.now)) if calendar else None
    file.plan_next(shop.service if shop else ServicePlan(), dealer, delivered=delivered)
    unit.save(VEHICLES, file)


async def vehicle_file(unit: Unit, dealer_id: str, vin: Vin) -> VehicleFile:
    """The file, opened if there is none."""
    file = await unit.find(VEHICLES, file_id(dealer_id, vin))
    if file is None:
        file = VehicleFile(dealer_id, vin)
        unit.add(VEHICLES, file)
    return file
