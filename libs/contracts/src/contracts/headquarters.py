"""Facts headquarters announces: which dealers there are (H1), which campaigns run (H7)."""

from datetime import date, time

from pydantic import Field

from contracts.event import Event
from contracts.values import LineId, StaffId, UtcTime, Value, Vin


class OpeningHours(Value):
    """When a dealer receives vehicles on one weekday, in the dealer's own time. Monday is 0."""

    weekday: int = Field(ge=0, le=6)
    opens: time
    closes: time


class DealerRegistered(Event):
    """A dealer joined the network (H1). The other services know a dealer from this fact on."""

    name: str
    name_zh: str = ""
    zone: str
    """IANA time zone; slots and deadlines are reckoned in it (B19)."""
    currency: str
    region: str
    area: str
    group: str = ""
    brands: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    """What the dealer can do beyond the usual, in the network's own words, for example ``HIGH_VOLTAGE`` (H1)."""
    area_manager: StaffId | None = None
    """Who looks after the dealer for the manufacturer (H1). None: nobody was named."""
    opened_on: date
    opening_hours: tuple[OpeningHours, ...]
    slot_minutes: int = Field(default=15, ge=5, le=120)
    """Length of a reception slot (B2)."""
    advisors: tuple[str, ...]
    """Codes of the advisors who receive vehicles; as many arrivals fit into one slot (B2)."""
    no_show_grace_minutes: int = Field(default=30, ge=0)
    """After this time without an arrival an appointment counts as missed (B10)."""
    reminder_hours_before: int = Field(default=24, ge=0)
    """The reminder is due this long before the arrival (B9)."""
    follow_up_hours_after: int = Field(default=24, ge=0)
    """The follow-up is due this long after the delivery (V1)."""
    quiet_from: time = time(20, 0)
    quiet_until: time = time(9, 0)
    """No contact between these times of the dealer's day (C4)."""


class DealerChanged(DealerRegistered):
    """A dealer's registration was changed (H1); the fact carries the whole new registration."""

    effective_from: UtcTime


class WarrantyAuthorised(Event):
    """The maker pays a line that was undecided (R8, H8); work on it may start."""

    request_id: str
    line_id: LineId
    reference: str = ""


class WarrantyRefused(Event):
    """The maker does not pay a line (R8, H8): the customer is asked whether he does."""

    request_id: str
    line_id: LineId
    reason: str


class TechnicalSupportAnswered(Event):
    """What headquarters' technicians advise on a cause that stayed open (R6)."""

    request_id: str
    answer: str


class FreeServiceGranted(Event):
    """A VIN has free services at the dealer in whose name this is told (R20)."""

    vin: Vin
    entitlement: str
    title: str
    count: int = Field(ge=1, le=50)
    valid_until: date
    max_km: int | None = Field(default=None, ge=0)
    first: bool = False
    """It is the first free service, which has a figure of its own."""


class VinRange(Value):
    """Vehicles of a campaign: from one VIN to another, both included; one vehicle when both are equal."""

    first: Vin
    last: Vin


class CampaignLaunched(Event):
    """A campaign or recall for some vehicles (H7, B5), told to each dealer; told again, the newest words hold."""

    campaign_id: str
    title: str
    title_zh: str = ""
    recall: bool
    vehicles: tuple[VinRange, ...]
    operations: tuple[str, ...]
    """Operations of the repair order by which it is done."""
    ends_on: date | None = None


class RegionalOfferMade(Event):
    """What the maker offers customers of a region for some days (H7, B5), told to each dealer of the region; told
    again, the newest words hold."""

    offer_id: str
    title: str
    title_zh: str = ""
    first_day: date
    last_day: date
    """Both included, by the dealer's own days."""
    models: tuple[str, ...] = ()
    """Models it is for; empty: any."""
    operations: tuple[str, ...] = ()
    """Operations it is about, by which a visit makes use of it."""


class RegionalOfferWithdrawn(Event):
    """An offer ends before its last day (H7, B5)."""

    offer_id: str


class CampaignDone(Event):
    """The work of a campaign was done on a vehicle, at whichever dealer (H7, B5)."""

    campaign_id: str
    vin: Vin
