"""What stands in an appointment: the booker's details, reasons, and the history of changes (B4, B6, B10, B11)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from contracts.booking import AppointmentConfirmed, DealersContact, MenuItem, ReadinessOf
from contracts.values import (
    Channel,
    Initiative,
    Money,
    NatureOfWork,
    Party,
    Person,
    Sealed,
    StaffId,
    TechnicianHours,
    Vehicle,
)

from booking.domain.capacity import total
from booking.domain.errors import AgreementMissing, MenuExceedsHours
from booking.domain.taking import Wish

REPAIRS = (NatureOfWork.SIMPLE_REPAIR, NatureOfWork.FAULT_REPAIR, NatureOfWork.REWORK)
"""For these a diagnostic technician is consulted (B4)."""


class NoShowReason(StrEnum):
    """Why a customer did not come (B10). A vocabulary, so that no free text of a customer leaves the dealer."""

    FORGOT = "FORGOT"
    NO_TIME = "NO_TIME"
    ILL = "ILL"
    VEHICLE_NOT_AVAILABLE = "VEHICLE_NOT_AVAILABLE"
    WENT_ELSEWHERE = "WENT_ELSEWHERE"
    WEATHER_OR_TRAFFIC = "WEATHER_OR_TRAFFIC"
    NOT_REACHED = "NOT_REACHED"
    OTHER = "OTHER"


class ChangeReason(StrEnum):
    """Why an appointment is moved or cancelled, by the customer or the dealer (B11)."""

    NO_TIME = "NO_TIME"
    ILL = "ILL"
    VEHICLE_NOT_AVAILABLE = "VEHICLE_NOT_AVAILABLE"
    PRICE = "PRICE"
    WENT_ELSEWHERE = "WENT_ELSEWHERE"
    NO_LONGER_NEEDED = "NO_LONGER_NEEDED"
    PARTS_LATE = "PARTS_LATE"
    STAFF_ABSENT = "STAFF_ABSENT"
    OVERLOADED = "OVERLOADED"
    EQUIPMENT = "EQUIPMENT"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Readiness:
    """Somebody's word on a booked visit (B8): ready, or not and why. ``technician``: who was consulted (B4)."""

    ready: bool
    by: str
    at: datetime
    note: str = ""
    technician: StaffId | None = None


@dataclass(frozen=True)
class Details:
    """What a booking records when it is confirmed (B4, B6, B14). Personal values are sealed already.

    ``delivery_estimate`` None: to be confirmed on arrival.
    """

    customer: Person
    vehicle: Vehicle
    nature: NatureOfWork
    concern: Sealed | None = None
    menu_items: tuple[MenuItem, ...] = ()
    initiative: Initiative = Initiative.PASSIVE
    source: str = ""
    estimated_price: Money | None = None
    delivery_estimate: datetime | None = None
    consulted: Readiness | None = None
    """What a technician said when the visit was booked (B4)."""

    @property
    def awaited(self) -> tuple[ReadinessOf, ...]:
        """Who has to be ready for the visit (B8), the consulted technician among them where it is a repair (B4)."""
        all_visits = (ReadinessOf.WORKSHOP, ReadinessOf.PARTS)
        return (*all_visits, ReadinessOf.DIAGNOSTICIAN) if self.nature in REPAIRS else all_visits

    def check_menu(self, hours: TechnicianHours) -> None:
        """Whether the menu items fit into the hours taken (B4). Raises ``MenuExceedsHours``."""
        if hours < total(item.hours for item in self.menu_items):
            raise MenuExceedsHours()

    def for_arrival(self, arrival: datetime) -> "Details":
        """The same at another time: a delivery that would lie before it is to be confirmed on arrival (B6)."""
        if self.delivery_estimate is None or self.delivery_estimate > arrival:
            return self
        return replace(self, delivery_estimate=None)

    def notice(self, wish: Wish, advisor: StaffId, channel: Channel) -> AppointmentConfirmed:
        """The booking notice to workshop, parts and advisor (B8)."""
        return AppointmentConfirmed(
            arrival=wish.arrival,
            delivery_estimate=self.delivery_estimate,
            customer=self.customer,
            vehicle=self.vehicle,
            nature=self.nature,
            work_class=wish.work_class,
            hours=wish.hours,
            menu_items=self.menu_items,
            concern=self.concern,
            advisor=advisor,
            channel=channel,
            initiative=self.initiative,
            source=self.source,
            estimated_price=self.estimated_price,
            needs=wish.needs,
        )


@dataclass(frozen=True)
class Change:
    """One line of an appointment's history (B11). ``arrival`` None: it was cancelled."""

    at: datetime
    previous_arrival: datetime
    arrival: datetime | None
    by: Party
    actor: str
    reason: ChangeReason
    contact: DealersContact | None = None
    """The evidence of the customer's agreement, where the dealer wished the change."""


@dataclass(frozen=True)
class WhoseChange:
    """Whose wish a change is, why, and who wrote it down. The dealer's needs evidence of the customer's word (B11)."""

    actor: str
    reason: ChangeReason
    by: Party = Party.CUSTOMER
    contact: DealersContact | None = None

    def check(self, booked_at: datetime, now: datetime) -> None:
        """Raises ``AgreementMissing``: a contact counts that took place since the booking, and in which he agreed."""
        if self.by is Party.CUSTOMER:
            return
        if self.contact is None or not self.contact.agreed or not booked_at <= self.contact.at <= now:
            raise AgreementMissing()

    def line(self, now: datetime, previous: datetime, arrival: datetime | None) -> Change:
        """The line of the history."""
        return Change(now, previous, arrival, self.by, self.actor, self.reason, self.contact)
