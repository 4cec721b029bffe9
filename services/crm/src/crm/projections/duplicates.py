"""Customers who are perhaps one person: two records own one vehicle (C1)."""

from collections.abc import Iterable
from typing import Any

from chassis.unit import Unit
from contracts.crm import VehicleRole

from crm.domain.customer import Customer
from crm.domain.shared_vehicle import VehicleOwners
from crm.storage.shared_vehicles import OWNERS, owners_id


async def remember_owner(unit: Unit, customer: Customer, vins: Iterable[str]) -> None:
    """Keeps who owns these vehicles of a customer. A record that was merged away owns nothing any more."""
    for vin in vins:
        row = await unit.find(OWNERS, owners_id(customer.dealer_id, vin))
        owns = customer.merged_into is None and customer.role(vin) is VehicleRole.OWNER
        if row is None and owns:
            unit.add(OWNERS, VehicleOwners(customer.dealer_id, vin, [customer.person_id]))
        elif row is not None and row.put(customer.person_id, owns=owns):
            unit.save(OWNERS, row)


async def duplicates_of(unit: Unit, customer: Customer) -> list[tuple[str, str]]:
    """Other customers who own a vehicle of this one, with its VIN."""
    vins = [vehicle.vin for vehicle in customer.vehicles]
    rows = await unit.query(OWNERS, {"shared": True, "vin": {"$in": vins}}, sort=[("vin", 1)]) if vins else []
    mine = [row for row in rows if customer.person_id in row.owners]
    return [(other, row.vin) for row in mine for other in row.owners if other != customer.person_id]


async def shared_vehicles(unit: Unit, *, limit: int, after: str | None) -> list[VehicleOwners]:
    """By VIN. ``after``: the last VIN of the page before."""
    wanted: dict[str, Any] = {"shared": True, **({"vin": {"$gt": after}} if after else {})}
    return await unit.query(OWNERS, wanted, sort=[("vin", 1)], limit=limit)
