"""R1: the appointment as booking announced it, so that an arriving vehicle is recognised."""

from dataclasses import dataclass
from datetime import datetime

from contracts.booking import AppointmentConfirmed, AppointmentRescheduled
from contracts.reception import Intent
from contracts.values import NatureOfWork, Person, Sealed, Vehicle

_INTENTS = {
    NatureOfWork.MAINTENANCE: Intent.MAINTENANCE,
    NatureOfWork.SIMPLE_REPAIR: Intent.PAID_REPAIR,
    NatureOfWork.FAULT_REPAIR: Intent.PAID_REPAIR,
    NatureOfWork.REWORK: Intent.REWORK,
}


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

    @classmethod
    def booked(cls, visit_id: str, dealer_id: str, fact: AppointmentConfirmed) -> "ExpectedVehicle":
        return cls(
            visit_id=visit_id,
            dealer_id=dealer_id,
            arrival=fact.arrival,
            customer=fact.customer,
            vehicle=fact.vehicle,
            advisor=fact.advisor,
            intent=_INTENTS.get(fact.nature, Intent.UNKNOWN),
            concern=fact.concern,
        )

    def booked_anew(self, fact: AppointmentConfirmed) -> None:
        """The same appointment confirmed with other data."""
        new = ExpectedVehicle.booked(self.visit_id, self.dealer_id, fact)
        self.arrival, self.customer, self.vehicle, self.advisor = new.arrival, new.customer, new.vehicle, new.advisor
        self.intent, self.concern, self.cancelled = new.intent, new.concern, False

    def moved(self, fact: AppointmentRescheduled) -> None:
        self.arrival, self.advisor = fact.arrival, fact.advisor

    def called_off(self) -> None:
        self.cancelled = True
