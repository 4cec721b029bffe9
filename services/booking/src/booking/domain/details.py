"""What stands in an appointment: the booker's details, reasons, and the history of changes (B4, B6, B10, B11)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.booking import MenuItem
from contracts.values import Initiative, Money, NatureOfWork, Party, Person, Sealed, Vehicle


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
    """Why a customer moves or cancels an appointment (B11)."""

    NO_TIME = "NO_TIME"
    ILL = "ILL"
    VEHICLE_NOT_AVAILABLE = "VEHICLE_NOT_AVAILABLE"
    PRICE = "PRICE"
    WENT_ELSEWHERE = "WENT_ELSEWHERE"
    NO_LONGER_NEEDED = "NO_LONGER_NEEDED"
    OTHER = "OTHER"


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


@dataclass(frozen=True)
class Change:
    """One line of an appointment's history (B11). ``arrival`` None: it was cancelled."""

    at: datetime
    previous_arrival: datetime
    arrival: datetime | None
    by: Party
    actor: str
    reason: ChangeReason
