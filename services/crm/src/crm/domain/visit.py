"""What customer relations must know of a visit: whose it is, and whether the customer sits and waits (R15)."""

from dataclasses import dataclass

from contracts.values import Vehicle


@dataclass
class Visit:
    dealer_id: str
    visit_id: str
    person_id: str
    vehicle: Vehicle
    customer_waits: bool = False
