"""Facts the reception service announces (R1-R19). Key: the visit id."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.event import Event
from contracts.values import (
    Channel,
    LineId,
    Money,
    OpenEnum,
    PartCondition,
    Person,
    PersonId,
    Sealed,
    StaffId,
    UtcTime,
    Value,
    Vehicle,
    VisitId,
    WorkLine,
)


class Intent(OpenEnum):
    """What the visit is about (R1)."""

    MAINTENANCE = "MAINTENANCE"
    WARRANTY = "WARRANTY"
    PAID_REPAIR = "PAID_REPAIR"
    REWORK = "REWORK"
    UNKNOWN = "UNKNOWN"


class AuthorisedHow(OpenEnum):
    """How an authorisation was given (R12)."""

    ON_SITE = "ON_SITE"
    LINK = "LINK"
    UNKNOWN = "UNKNOWN"


class FollowUpPreference(Value):
    """How and when the customer likes to be asked afterwards (R7, V1). None: not asked."""

    channel: Channel | None = None
    from_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    """First hour of the dealer's day at which a contact suits the customer."""


class VehicleArrived(Event):
    """The vehicle is here (R1)."""

    booked: bool
    intent: Intent
    customer: Person | None = None
    vehicle: Vehicle
    advisor: StaffId | None = None
    rework_of: VisitId | None = None
    """The visit whose work did not hold (R1, W9)."""


class CustomerGreeted(Event):
    """An advisor welcomed the customer and owns the visit from now on (R1)."""

    advisor: StaffId
    waited_seconds: Annotated[int, Field(ge=0)]
    """Since the arrival."""


class CustomerLeft(Event):
    """The customer went before anybody had greeted him (R1). The visit stays: he may come back the same day."""

    reason: str
    waited_seconds: Annotated[int, Field(ge=0)]
    """How long he had waited in all."""


class CustomerReturned(Event):
    """Who had left before the greeting waits again (R1): he came back, or had never gone."""

    waited_seconds: Annotated[int, Field(ge=0)]
    """Before he left; the wait goes on from there."""


class QuestionnaireRecorded(Event):
    """The customer was asked, and what he said was written down (R3). The answers stay at reception."""

    version: int
    read_back: bool


class VehicleProtected(Event):
    """Covers were put on before the customer's eyes, and he was asked for valuables (R4). What they are stays there."""

    covers: tuple[str, ...]
    valuables: Annotated[int, Field(ge=0)]


class CheckInStopped(Event):
    """VIN or plate on the car differ from the order: nothing goes on before that is resolved (R5)."""

    expected_vin: str
    seen_vin: str
    expected_plate: str
    seen_plate: str


class CheckInResumed(Event):
    """The difference was resolved; ``vehicle`` is what holds from now on (R5)."""

    vehicle: Vehicle
    resolution: str


class WalkAroundCompleted(Event):
    """All stations were seen and the customer signed (R5)."""

    damages: int
    odometer_km: int | None = None
    photos_sha256: tuple[str, ...] = ()
    """SHA-256 of each photo of the walk-around, in the order taken: the customer signed with these."""


class PhotoKept(Event):
    """A photo was kept as evidence (R5, R17). Its bytes stay at reception; by the hash they can be proven."""

    photo_id: str
    sha256: str
    media_type: str
    size: int
    """In bytes."""
    station: str | None = None
    """Of the walk-around."""
    point: str | None = None
    """Of the inspection."""


class PhotoRemoved(Event):
    """A photo that nobody had signed or seen was taken away (R5, R17)."""

    photo_id: str
    sha256: str
    reason: str


class RepairOrderOpened(Event):
    """The repair order stands (R7)."""

    customer: Person
    vehicle: Vehicle
    advisor: StaffId
    concern: Sealed | None = None
    promised_at: UtcTime
    keep_replaced_parts: bool
    follow_up: FollowUpPreference
    waiting: bool
    """The customer waits at the dealer (R15)."""
    rework_of: VisitId | None = None


class DraftedPart(Value):
    """A part by its number in the catalogue (R10). ``line``: a line's id or operation; empty: the order's only one."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    name: Annotated[str, StringConstraints(max_length=120)] = ""
    quantity: Annotated[int, Field(ge=1, le=999)]
    line: Annotated[str, StringConstraints(max_length=64)] = ""
    condition: PartCondition = PartCondition.NEW_OEM


class PartsDrafted(Event):
    """Technician or parts clerk fixed the order's part numbers (R10). The newest draft holds; its prices come later."""

    draft: int
    items: tuple[DraftedPart, ...]


class EstimateIssued(Event):
    """An estimate version was issued; versions never change (R10)."""

    version: int
    supplement: bool
    finding_id: str | None = None
    lines: tuple[WorkLine, ...]
    labour: Money
    parts: Money
    contingency: Money
    total: Money
    parts_draft: int | None = None
    parts_drafted_by: str = ""
    """Role and name, as ``parts_clerk:chen``; empty without a draft. Whoever issued it confirmed the parts (R10)."""


class AuthorisationRequested(Event):
    """The customer shall decide on an estimate version by a personal link (R12). Only crm may send it (C4)."""

    version: int
    amount: Money
    person_id: PersonId
    link: Sealed
    expires_at: UtcTime
    evidence_sha256: str = ""
    """Head of the evidence's chain of hashes at this moment: with it a cut-off end is found (R12)."""


class EstimateAuthorised(Event):
    """The customer authorised lines of one estimate version (R12). Work may start on exactly these lines."""

    version: int
    supplement: bool
    finding_id: str | None = None
    lines: tuple[WorkLine, ...]
    amount: Money
    """Authorised with this version."""
    authorised_total: Money
    """Authorised in this visit so far: the ceiling of any invoice."""
    how: AuthorisedHow
    by: PersonId
    booked: bool
    waiting: bool
    vehicle: Vehicle
    advisor: StaffId
    promised_at: UtcTime
    rework_of: VisitId | None = None
    evidence_sha256: str = ""
    """Head of the evidence's chain of hashes at this moment: with it a cut-off end is found (R12)."""


class LinesDeclined(Event):
    """The customer refused lines of an estimate version (R13, R14)."""

    version: int
    supplement: bool
    finding_id: str | None = None
    lines: tuple[LineId, ...]
    reason: str = ""
    evidence_sha256: str = ""
    """Head of the evidence's chain of hashes at this moment: with it a cut-off end is found (R12)."""


class LinesWithdrawn(Event):
    """Authorised lines that were not begun are off, as the customer wishes (R9): nothing stays reserved for them."""

    lines: tuple[LineId, ...]
    reason: str
    authorised_total: Money
    """The ceiling that is left."""
    evidence_sha256: str = ""


class LinePart(Value):
    """Pieces of one number that a line needs (R9)."""

    line_id: LineId
    number: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    quantity: Annotated[int, Field(ge=1)]


class LinePartsAsked(Event):
    """What the order's lines need (R9), planned and agreed: to be checked and kept, also out of what was kept for its
    booking. The newest list holds; what is not in it any more is released.

    Answered by the parts service's facts with their line. What is short is transferred or ordered only once
    ``PartsOrderAgreed`` says that the customer waits.
    """

    needed_by: UtcTime
    vehicle: Vehicle
    items: tuple[LinePart, ...]


class PartsOrderAgreed(Event):
    """The customer agreed to wait for parts of these lines (R9): they may be transferred or ordered now."""

    lines: tuple[LineId, ...]
    eta: UtcTime | None = None
    """The latest time he was told; None: nobody knew yet."""


class WarrantyAuthorisationRequested(Event):
    """Whether the maker pays a line is undecided (R8): headquarters is asked, the line waits for its answer."""

    request_id: str
    line: WorkLine
    vehicle: Vehicle
    rule: str
    """The rule of the maker's policy that leaves it open."""
    reason: str
    age_months: int | None = None
    """Months begun since the registration; None: it is not known when that was."""
    cause: str = ""
    """What the diagnosis found, in the dealer's words."""


class TechnicalSupportRequested(Event):
    """The cause stays open (R6): headquarters' technicians are asked."""

    request_id: str
    vehicle: Vehicle
    codes: tuple[str, ...] = ()
    """Trouble codes as the devices read them."""
    question: str


class FreeServiceUsed(Event):
    """A free service of this VIN was done (R20). ``first``: it counts for the first free service's figure."""

    entitlement: str
    """Its code, for example ``FIRST_SERVICE``."""
    vehicle: Vehicle
    line_id: LineId
    first: bool
    left: int


class VisitCorrected(Event):
    """Customer or vehicle were put right at the counter, contact data first (R2)."""

    customer: Person
    vehicle: Vehicle


class DelayForeseen(Event):
    """The promised time may not hold (R15): the customer is to be told without asking. Only crm may send (C4)."""

    promised_at: UtcTime
    reason: str
    person_id: PersonId


class PickUpDue(Event):
    """The vehicle is ready (R15, R16): the customer is to be told. Only crm may send (C4)."""

    person_id: PersonId
    promised_at: UtcTime


class RecommendationPostponed(Event):
    """The customer wants recommended work later (R13): it belongs on the due list (B12)."""

    recommendation_id: str
    person_id: PersonId
    vehicle: Vehicle
    title: str
    due_on: date | None = None
    due_km: int | None = None


class RecommendationAnswered(Event):
    """The customer took or refused work that he had put off (R13): it leaves the due list (B12)."""

    recommendation_id: str
    person_id: PersonId
    vehicle: Vehicle
    accepted: bool


class RepairOrderCancelled(Event):
    """Nothing was authorised: the order is cancelled with thanks (R9)."""

    reason: str


class PromisedTimeChanged(Event):
    """The customer was promised another time (R11, R15)."""

    previous: UtcTime
    promised_at: UtcTime
    reason: str
    person_id: PersonId


class DeliveryChecked(Event):
    """The final check list was gone through before the hand-over, all of it (R16)."""

    items: Annotated[int, Field(ge=1)]


class VehicleDelivered(Event):
    """The vehicle is back with the customer (R16)."""

    customer: Person
    vehicle: Vehicle
    advisor: StaffId
    promised_at: UtcTime
    on_time: bool
    charged: Money
    authorised_total: Money
    follow_up: FollowUpPreference
    opinion_card_filled: bool
    """A form was filled in at hand-over: no second asking (V1)."""
    rework_of: VisitId | None = None
