"""Who owns a vehicle by the customers' records. Two owners are perhaps one person known twice (C1)."""

from dataclasses import dataclass, field

MOST_OWNERS = 50
"""More than anybody compares by hand; further ones of one VIN are not listed."""


@dataclass
class VehicleOwners:
    """``shared``: more than one record of the dealer says it owns the vehicle, so they are candidate duplicates."""

    dealer_id: str
    vin: str
    owners: list[str] = field(default_factory=list)
    shared: bool = False

    def put(self, person_id: str, *, owns: bool) -> bool:
        """Whether this was news."""
        if owns == (person_id in self.owners) or (owns and len(self.owners) >= MOST_OWNERS):
            return False
        self.owners = sorted(set(self.owners) ^ {person_id})
        self.shared = len(self.owners) > 1
        return True
