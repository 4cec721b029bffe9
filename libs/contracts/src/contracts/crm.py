"""Facts the customer-relations service announces (C1-C5). Key: the person, the contact or the case."""

from contracts.event import Event
from contracts.values import Channel, OpenEnum, PersonId, Sealed, StaffId, UtcTime, Vehicle, VisitId


class Purpose(OpenEnum):
    """What a contact is for; the gate decides by it (C4)."""

    PLACE_OFFER = "PLACE_OFFER"
    REMINDER = "REMINDER"
    NO_SHOW_FOLLOW_UP = "NO_SHOW_FOLLOW_UP"
    AUTHORISATION = "AUTHORISATION"
    PROGRESS = "PROGRESS"
    DELAY = "DELAY"
    READY_NOTICE = "READY_NOTICE"
    SURVEY = "SURVEY"
    COMPLAINT_HANDLING = "COMPLAINT_HANDLING"
    CARE = "CARE"
    UNKNOWN = "UNKNOWN"


class Topic(OpenEnum):
    """What to raise or to avoid in a contact (C4)."""

    COMPLAINT_SATISFACTION = "COMPLAINT_SATISFACTION"
    COMPLAINT_SUBJECT = "COMPLAINT_SUBJECT"
    CHANNEL_PREFERENCE = "CHANNEL_PREFERENCE"
    UNKNOWN = "UNKNOWN"


class ComplaintClass(OpenEnum):
    """What a complaint is about (C5)."""

    PRODUCT = "PRODUCT"
    SERVICE = "SERVICE"
    PRICE = "PRICE"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class ComplaintOrigin(OpenEnum):
    """How a complaint came to us (C5, V4)."""

    BY_HAND = "BY_HAND"
    LOW_SCORE = "LOW_SCORE"
    UNKNOWN = "UNKNOWN"


class CustomerKind(OpenEnum):
    """What a customer is (C1)."""

    PERSON = "PERSON"
    COMPANY = "COMPANY"
    UNKNOWN = "UNKNOWN"


class VehicleRole(OpenEnum):
    """What the customer is to a vehicle (C1)."""

    OWNER = "OWNER"
    DRIVER = "DRIVER"
    UNKNOWN = "UNKNOWN"


class CustomerRegistered(Event):
    """A person became known to the dealer (C1)."""

    person_id: PersonId
    name: Sealed
    phone: Sealed
    vehicle: Vehicle | None = None


class CustomerChanged(Event):
    """Data or preferences of a customer changed (C1). ``changed`` names the fields."""

    person_id: PersonId
    changed: tuple[str, ...]
    name: Sealed
    phone: Sealed
    preferred_channel: Channel | None = None
    refused_channels: tuple[Channel, ...] = ()
    kind: CustomerKind = CustomerKind.PERSON


class VehicleLinked(Event):
    """A vehicle belongs to, or is driven by, a customer (C1)."""

    person_id: PersonId
    vehicle: Vehicle
    role: VehicleRole = VehicleRole.OWNER


class CustomersMerged(Event):
    """Two records were one person (C1): ``merged`` is an alias of ``kept`` from now on."""

    kept: PersonId
    merged: PersonId


class ContactMade(Event):
    """A message left, or a call task was set up, through the gate (C3, C4)."""

    contact_id: str
    person_id: PersonId
    purpose: Purpose
    channel: Channel
    cause: str
    """Id of the event that asked for the contact."""
    raise_topics: tuple[Topic, ...] = ()
    avoid_topics: tuple[Topic, ...] = ()


class ContactPostponed(Event):
    """The gate said not now (C4)."""

    person_id: PersonId
    purpose: Purpose
    cause: str
    until: UtcTime
    reason: str


class ContactWithheld(Event):
    """The gate said never (C4): the contact does not take place."""

    person_id: PersonId
    purpose: Purpose
    cause: str
    reason: str


class ComplaintOpened(Event):
    """A complaint case stands (C5). ``due_at``: the deadline for a solution."""

    case_id: str
    person_id: PersonId
    about_visit: VisitId | None = None
    complaint_class: ComplaintClass
    important: bool
    origin: ComplaintOrigin
    description: Sealed | None = None
    handler: StaffId
    due_at: UtcTime


class ComplaintEscalated(Event):
    """An important complaint went to dealer management and headquarters (C5)."""

    case_id: str
    reasons: tuple[str, ...]


class ComplaintClosed(Event):
    """Solution agreed and case closed (C5)."""

    case_id: str
    person_id: PersonId
    satisfied: bool | None = None
