"""What the booker sees of a vehicle (B5), and which vehicles are due (B12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit
from contracts.values import Vin

from booking.domain.campaign import Campaign
from booking.domain.vehicle_file import VehicleFile, file_id
from booking.storage.days import known_dealer
from booking.storage.documents import CAMPAIGNS, VEHICLES

MOST_CAMPAIGNS = 1_000


@dataclass(frozen=True)
class Look:
    """A vehicle's file, empty when it was never here, and the campaigns that are open on it."""

    file: VehicleFile
    campaigns: Sequence[Campaign]


async def look_at_vehicle(unit: Unit, dealer_id: str, vin: Vin) -> Look:
    """History, next service and open campaigns of one VIN."""
    dealer = await known_dealer(unit, dealer_id)
    file = await unit.find(VEHICLES, file_id(dealer_id, vin)) or VehicleFile(dealer_id, vin)
    running = await unit.query(CAMPAIGNS, {}, limit=MOST_CAMPAIGNS)
    return Look(file, file.open_campaigns(running, dealer.day_of(unit.now)))


async def due_vehicles(unit: Unit, dealer_id: str, until: date, limit: int, skip: int) -> list[VehicleFile]:
    """Vehicles whose maintenance is due by then, the longest overdue first."""
    await known_dealer(unit, dealer_id)
    return await unit.query(VEHICLES, {"due_on": {"$lte": until}}, sort=[("due_on", 1)], limit=limit, skip=skip)
