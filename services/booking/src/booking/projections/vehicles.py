"""What the booker sees of a vehicle (B5), and which vehicles are due (B12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit
from contracts.values import Vin

from booking.domain.campaign import Campaign
from booking.domain.regional_offer import RegionalOffer
from booking.domain.vehicle_file import VehicleFile, file_id
from booking.storage.days import known_dealer
from booking.storage.documents import CAMPAIGNS, REGIONAL_OFFERS, VEHICLES

MOST_CAMPAIGNS = 1_000
MOST_OFFERS = 200


@dataclass(frozen=True)
class Look:
    """A vehicle's file, empty when it was never here, the campaigns open on it, and today's regional offers."""

    file: VehicleFile
    campaigns: Sequence[Campaign]
    regional_offers: Sequence[RegionalOffer]


async def look_at_vehicle(unit: Unit, dealer_id: str, vin: Vin) -> Look:
    """History, next service and open campaigns of one VIN, and what the region offers its model today."""
    dealer = await known_dealer(unit, dealer_id)
    file = await unit.find(VEHICLES, file_id(dealer_id, vin)) or VehicleFile(dealer_id, vin)
    running = await unit.query(CAMPAIGNS, {}, limit=MOST_CAMPAIGNS)
    today, model = dealer.day_of(unit.now), file.vehicle.model if file.vehicle else None
    return Look(file, file.open_campaigns(running, today), await _offers_on(unit, today, model))


async def regional_offers_on(
    unit: Unit, dealer_id: str, day: date | None = None, model: str | None = None
) -> tuple[date, Sequence[RegionalOffer]]:
    """What customers of the region are offered on a day, by default today, the ones that end first before (B5)."""
    dealer = await known_dealer(unit, dealer_id)
    day = day or dealer.day_of(unit.now)
    return day, await _offers_on(unit, day, model)


async def _offers_on(unit: Unit, day: date, model: str | None) -> Sequence[RegionalOffer]:
    wanted = {"last_day": {"$gte": day}}
    running = await unit.query(REGIONAL_OFFERS, wanted, sort=[("last_day", 1), ("offer_id", 1)], limit=MOST_OFFERS)
    return [offer for offer in running if offer.holds(day, model)]


async def due_vehicles(unit: Unit, dealer_id: str, until: date, limit: int, skip: int) -> list[VehicleFile]:
    """Vehicles whose maintenance or work put off is due by then, the longest overdue first."""
    await known_dealer(unit, dealer_id)
    return await unit.query(VEHICLES, {"due_on": {"$lte": until}}, sort=[("due_on", 1)], limit=limit, skip=skip)
