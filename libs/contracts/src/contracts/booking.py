"""Facts the booking service announces (B1-B19). Key: the visit id, but for ``CapacityChanged`` the dealer day.

Of no visit either: ``OpeningPlanned``, whose key is the dealer, and ``MaintenanceDue``, whose key is a vehicle's file.
"""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from contracts.event import Event
from contracts.headquarters import OpeningHours
from contracts.parts import PartNumber, Pieces
from contracts.values import (
    Channel,
    Initiative,
    Money,
    NatureOfWork,
    OpenEnum,
    Party,
    Person,
    PersonId,
    Sealed,
    StaffId,
    TechnicianHours,
    UtcTime,
    Value,
    Vehicle,
    WorkClass,
)


class MenuItem(Value):
    """A work package from the dealer's menu with its flat-rate hours (B4)."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    hours: TechnicianHours


class ReadinessOf(OpenEnum):
    """Who has to be ready for a booked visit (B8), and for a repair the diagnostic technician (B4)."""

    WORKSHOP = "WORKSHOP"
    PARTS = "PARTS"
    DIAGNOSTICIAN = "DIAGNOSTICIAN"
    UNKNOWN = "UNKNOWN"


class Mobility(OpenEnum):
    """How the customer stays mobile while the vehicle is here, or how it gets here (B17)."""

    NONE = "NONE"
    WAITS = "WAITS"
    SHUTTLE = "SHUTTLE"
    LOANER = "LOANER"
    PICK_UP_AND_DELIVERY = "PICK_UP_AND_DELIVERY"
    AT_CUSTOMERS_PLACE = "AT_CUSTOMERS_PLACE"
    UNKNOWN = "UNKNOWN"


class DealersContact(Value):
    """Evidence that the customer agreed to a change the dealer wished for (B11): when, how, and who spoke with him."""

    at: UtcTime
    channel: Channel
    by: StaffId
    agreed: bool


class CapacityChanged(Event):
    """The hours of one dealer day and class moved (B1). ``bookable`` may be negative: overloaded."""

    day: date
    work_class: WorkClass
    available: TechnicianHours
    assigned: TechnicianHours
    carry_over_reserve: TechnicianHours
    walk_in_reserve: TechnicianHours
    bookable: TechnicianHours


class PlannedOpening(Value):
    """A day that is not opened as its weekday is, in the dealer's own time. ``opening`` empty: closed."""

    day: date
    opening: tuple[OpeningHours, ...] = ()


class OpeningPlanned(Event):
    """Coming days that are not opened as the dealer's ordinary week has it (B1). Key: the dealer's id.

    Holidays, made-up working days, the dealer's own word: all of them anew, and all other days are ordinary.
    """

    days: tuple[PlannedOpening, ...]


class AppointmentHeld(Event):
    """A slot and hours are kept while the customer decides (B15)."""

    arrival: UtcTime
    work_class: WorkClass
    hours: TechnicianHours
    channel: Channel
    expires_at: UtcTime


class HoldExpired(Event):
    """Nobody confirmed in time: slot and hours are free again (B15)."""

    arrival: UtcTime
    work_class: WorkClass
    hours: TechnicianHours


class AppointmentConfirmed(Event):
    """The customer has an appointment (B4, B6, B8)."""

    arrival: UtcTime
    delivery_estimate: UtcTime | None
    """None: to be confirmed on arrival (B6)."""
    customer: Person
    vehicle: Vehicle
    nature: NatureOfWork
    work_class: WorkClass
    hours: TechnicianHours
    menu_items: tuple[MenuItem, ...] = ()
    concern: Sealed | None = None
    """The customer's own words."""
    advisor: StaffId
    channel: Channel
    initiative: Initiative = Initiative.PASSIVE
    source: str = ""
    """How the customer came to book (B14)."""
    estimated_price: Money | None = None
    needs: tuple[str, ...] = ()
    """Qualifications without which the work may not be done, such as ``HIGH_VOLTAGE`` (W14)."""


class AppointmentRescheduled(Event):
    """The appointment moved; the history stays (B11)."""

    previous_arrival: UtcTime
    arrival: UtcTime
    work_class: WorkClass
    hours: TechnicianHours
    advisor: StaffId
    by: Party
    reason: str = ""
    contact: DealersContact | None = None
    """Set where the dealer wished the change (B11)."""


class AppointmentCancelled(Event):
    """The appointment is off; slot and hours are free (B11)."""

    arrival: UtcTime
    by: Party
    reason: str = ""
    contact: DealersContact | None = None
    """Set where the dealer wished the change (B11)."""


class ReminderDue(Event):
    """The customer is to be reminded (B9). Only crm may send (C4)."""

    arrival: UtcTime
    person_id: PersonId
    link: Sealed | None = None
    """Token of the personal link by which the customer confirms, moves or cancels."""


class AppointmentMissed(Event):
    """Not arrived by the grace time (B10): hours are free, a follow-up contact is due."""

    arrival: UtcTime
    person_id: PersonId
    rebook_offers: tuple[UtcTime, ...] = ()
    """The next best arrivals at that moment; nothing is held for them."""


class NoShowWithdrawn(Event):
    """The vehicle had come in time after all; the news was late (B10)."""

    arrived_at: UtcTime


class NoShowReasonRecorded(Event):
    """Why the customer did not come, as he told afterwards (B10)."""

    reason: str


class CaseHandedOver(Event):
    """Somebody else looks after the visit from now on (B3, X7). Owners are actors: ``advisor:anna``."""

    previous: str
    owner: str
    reason: str


class AttendanceConfirmed(Event):
    """The customer said by the reminder's link that he comes (B9)."""

    arrival: UtcTime


class WaitingStarted(Event):
    """Nothing suited: the customer waits for a place (B16). Key: the visit id."""

    person_id: PersonId
    work_class: WorkClass
    hours: TechnicianHours
    first_day: date
    last_day: date


class PlaceOffered(Event):
    """A place became free and is held for the next of those who wait (B16). Only crm may send (C4)."""

    person_id: PersonId
    arrival: UtcTime
    expires_at: UtcTime
    link: Sealed
    """Token of the personal link by which the customer takes the place or lets it go."""
    customer: Person | None = None
    """Whom to tell: he may wait for his first visit, and be known to nobody else yet."""
    vehicle: Vehicle | None = None


class WaitingEnded(Event):
    """Nobody waits any more (B16): ``BOOKED``, ``WITHDRAWN`` or ``OVER``."""

    outcome: str


class MaintenanceDue(Event):
    """A vehicle's next maintenance comes near, by time or by foreseen kilometres (B12). Key: the vehicle's file."""

    person_id: PersonId
    vehicle: Vehicle
    due_on: date
    because: str
    """``TIME`` or ``MILEAGE``."""
    odometer_km: int | None = None
    """Foreseen on the due day."""


class ReadinessAcknowledged(Event):
    """Workshop or parts are ready for a booked visit, or say why not (B8); or a repair was talked over (B4)."""

    of: ReadinessOf
    ready: bool
    note: str = ""
    technician: StaffId | None = None
    """Who was consulted for a repair (B4)."""


class ReadinessMissing(Event):
    """The visit is near and not everybody is ready: the advisor is alerted (B8)."""

    arrival: UtcTime
    advisor: StaffId
    missing: tuple[ReadinessOf, ...]


class MobilityArranged(Event):
    """How the customer stays mobile (B17). ``loaner``: the car's code, kept from ``start`` to ``end``."""

    mobility: Mobility
    loaner: str | None = None
    start: UtcTime | None = None
    end: UtcTime | None = None


class AskedPart(Value):
    """Pieces of one number that a booked visit needs (B7)."""

    number: PartNumber
    quantity: Pieces


class PartsAsked(Event):
    """The parts of the planned work are to be checked and kept for the arrival (B7); the newest list holds.

    Answered by the parts service's facts without a line. Cancelled and missed visits need nothing any more.
    """

    needed_by: UtcTime
    vehicle: Vehicle
    items: tuple[AskedPart, ...]


class LatePart(Value):
    """Pieces that will not be there at the arrival. ``eta`` None: nobody knows when they come."""

    number: PartNumber
    missing: Pieces
    eta: UtcTime | None = None


class PartsWillBeLate(Event):
    """Parts of a booked visit will not be there in time: the advisor calls the customer (B7)."""

    arrival: UtcTime
    advisor: StaffId
    items: tuple[LatePart, ...]


class PartsInTimeAgain(Event):
    """What was told to be late will be there in time after all, or the visit moved (B7)."""

    arrival: UtcTime
    advisor: StaffId
