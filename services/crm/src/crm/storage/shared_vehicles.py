"""Vehicles by VIN with the customers who own them: finds candidate duplicates without a search over all customers."""

from chassis.documents import Documents

from crm.domain.shared_vehicle import VehicleOwners


def owners_id(dealer_id: str, vin: str) -> str:
    """One VIN may be known to several dealers; none of them learns of the others (X1)."""
    return f"{dealer_id}:{vin}"


OWNERS = Documents(
    "vehicle_owners",
    "vehicle-owners",
    VehicleOwners,
    id_of=lambda row: owners_id(row.dealer_id, row.vin),
    indexes=[("shared", "vin")],
    announces=False,
)
