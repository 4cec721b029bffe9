"""R1: the appointment as booking announced it, so that an arriving vehicle is recognised."""

from dataclasses import dataclass
from datetime import datetime

from contracts.reception import Intent
from contracts.values import NatureOfWork, Person, Sealed, Vehicle

_INTENTS = {
    NatureOfWork.MAINTENANCE: Intent.MAINTENANCE,
    NatureOfWork.SIMPLE_REPAIR: Intent.PAID_REPAIR,
    NatureOfWork.FAULT_REPAIR: Intent.PAID_REPAIR,
    NatureOfWork.REWORK: Intent.REWORK,
}


def intent_of(nature: NatureOfWork) -> Intent:
    """What a booked nature of work is at the counter; an unknown word stays unknown."""
    return _INTENTS.get(nature, Intent.UNKNOWN)


@dataclass
class ExpectedVehicle:
    """A booked vehicle that should come."""

    visit_id: str
    dealer_id: str
    arrival: datetime
    customer: Person
    vehicle: Vehicle
    advisor: str
    intent: Intent
    concern: Sealed | None
    cancelled: bool = False

    def move(self, arrival: datetime, advisor: str) -> None:
        """B11: it is expected at another time, by another advisor perhaps."""
        self.arrival, self.advisor = arrival, advisor

    def call_off(self) -> None:
        self.cancelled = True
