"""Shared values: immutable, validated at the door, the same on the wire and in every store."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)

DealerId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$")]
"""A dealer's code as headquarters registered it, for example ``SH001`` (H1)."""

VisitId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""One run of one vehicle through the seven steps, from the first contact to the closed follow-up."""

PersonId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""A pseudonym of one person at one dealer; it says nothing by itself and survives the person's erasure."""

StaffId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""An advisor, technician, inspector or agent of the dealer, by the code the dealer uses."""

LineId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_ISO_TEXT = "write it as ISO 8601 text"
_YEAR_TEXT = "the year must be 1900 to 2199: check the clock it came from"
_BEYOND_TEXT = "this is beyond the calendar in UTC: check the clock it came from"


def _no_number(value: Any) -> Any:
    """Seconds since 1970 name no zone, and whoever sent them meant something else."""
    if isinstance(value, int | float) or (isinstance(value, str) and "-" not in value[1:]):
        raise ValueError(_ISO_TEXT)
    return value


def _in_reach(day: date) -> date:
    """Other years come from a broken clock, and nobody can reckon days around the ends of the calendar."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(_YEAR_TEXT)
    return day


Day = Annotated[date, BeforeValidator(_no_number), AfterValidator(_in_reach)]
"""A day of the calendar at the dealer's place, in a year somebody may mean."""


def _milliseconds(value: datetime) -> datetime:
    """UTC and whole milliseconds: what BSON can keep, so that a time read back equals the time written."""
    try:
        value = value.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError(_BEYOND_TEXT) from beyond
    _in_reach(value)
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


UtcTime = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_milliseconds)]
"""An instant (X4): naive times are refused, others become UTC with millisecond precision."""

_ISO_3779 = re.compile(r"^[A-HJ-NPR-Z0-9]{17}$")
_FREE_TEXT_VIN = re.compile(r"^FREE:[A-Z0-9][A-Z0-9 -]{0,24}$")
_TRANSLITERATION = {str(d): d for d in range(10)} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9], strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


_VIN_TEXT = (
    "a VIN has 17 characters A-Z and 0-9 without I, O and Q (ISO 3779); "
    "for a car older than the standard write FREE: before its chassis number on purpose"
)


def _vin(value: str) -> str:
    value = value.strip().upper()
    if _ISO_3779.match(value) or _FREE_TEXT_VIN.match(value):
        return value
    raise ValueError(_VIN_TEXT)


Vin = Annotated[
    str,
    AfterValidator(_vin),
    WithJsonSchema({"type": "string", "pattern": "^([A-HJ-NPR-Z0-9]{17}|FREE:[A-Z0-9][A-Z0-9 -]{0,24})$"}),
]
"""A vehicle identification number (R19): ISO 3779, or ``FREE:<chassis number>`` on purpose, never by accident."""


def vin_check_digit_is_right(vin: str) -> bool:
    """Whether position 9 holds the check digit of a 17-character VIN. Only some markets require it (R19)."""
    if not _ISO_3779.match(vin):
        return False
    remainder = sum(_TRANSLITERATION[c] * w for c, w in zip(vin, _WEIGHTS, strict=True)) % 11
    return vin[8] == ("X" if remainder == 10 else str(remainder))


Plate = Annotated[
    str,
    AfterValidator(lambda value: re.sub(r"[\s·]+", "", value).upper()),
    StringConstraints(min_length=2, max_length=12),
]
"""A licence plate without blanks and dots, upper case: ``沪A12345``, ``B-SV2025``."""


class Value(BaseModel):
    """A frozen value. Readers are open: fields they do not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Money(Value):
    """An amount in minor units (cents, fen) of one ISO 4217 currency (X4)."""

    amount: int
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(amount=0, currency=currency)

    def _same(self, other: "Money") -> None:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added or compared: convert one first")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(amount=self.amount - other.amount, currency=self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(amount=self.amount * count, currency=self.currency)

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount


class TechnicianHours(Value):
    """Technician time in whole minutes; the trade speaks of hours (B1). May be negative: an overloaded day."""

    minutes: int

    @classmethod
    def of(cls, hours: float) -> Self:
        """From hours as the trade writes them: ``TechnicianHours.of(1.5)`` is 90 minutes."""
        return cls(minutes=round(hours * 60))

    @property
    def hours(self) -> float:
        return self.minutes / 60

    def __add__(self, other: "TechnicianHours") -> "TechnicianHours":
        return TechnicianHours(minutes=self.minutes + other.minutes)

    def __sub__(self, other: "TechnicianHours") -> "TechnicianHours":
        return TechnicianHours(minutes=self.minutes - other.minutes)

    def __le__(self, other: "TechnicianHours") -> bool:
        return self.minutes <= other.minutes

    def __lt__(self, other: "TechnicianHours") -> bool:
        return self.minutes < other.minutes


NO_HOURS = TechnicianHours(minutes=0)


class Sealed(Value):
    """A personal value, encrypted with the person's own key (C15). Destroying the key erases every copy.

    ``ciphertext`` is base64. Only the chassis can seal and open; everybody else hands it on as it is.
    """

    person_id: PersonId
    ciphertext: Annotated[str, StringConstraints(max_length=12_000)]


class OpenEnum(StrEnum):
    """A vocabulary that may grow: a word that this reader does not know yet reads as ``UNKNOWN``."""

    @classmethod
    def _missing_(cls, value: object) -> "OpenEnum | None":
        return cls.__members__.get("UNKNOWN") if isinstance(value, str) else None

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Marked, so that everybody who reads the schema knows that new words may come."""
        written = handler(schema)
        handler.resolve_ref_schema(written)["x-open-enum"] = True
        return written


class WorkClass(OpenEnum):
    """Classes of technician hours (B1): periodic maintenance, general repair, quick service (快修)."""

    PM = "PM"
    GR = "GR"
    QUICK_SERVICE = "QUICK_SERVICE"
    UNKNOWN = "UNKNOWN"


class Channel(OpenEnum):
    """Ways to and from a customer (B3, C4)."""

    PHONE = "PHONE"
    SMS = "SMS"
    WECHAT = "WECHAT"
    EMAIL = "EMAIL"
    APP = "APP"
    WEB = "WEB"
    COUNTER = "COUNTER"
    UNKNOWN = "UNKNOWN"


class NatureOfWork(OpenEnum):
    """What the customer comes for (B4)."""

    MAINTENANCE = "MAINTENANCE"
    SIMPLE_REPAIR = "SIMPLE_REPAIR"
    FAULT_REPAIR = "FAULT_REPAIR"
    REWORK = "REWORK"
    UNKNOWN = "UNKNOWN"


class PayType(OpenEnum):
    """Who pays a work line (R7); STAR's words where it has them."""

    CUSTOMER_PAY = "CUSTOMER_PAY"
    WARRANTY = "WARRANTY"
    INSURANCE = "INSURANCE"
    GOODWILL = "GOODWILL"
    INTERNAL = "INTERNAL"
    UNKNOWN = "UNKNOWN"


class Initiative(OpenEnum):
    """Active: the dealer calls a due customer. Passive: the customer asks (B3)."""

    ACTIVE = "ACTIVE"
    PASSIVE = "PASSIVE"
    UNKNOWN = "UNKNOWN"


class Party(OpenEnum):
    """Whose wish a change was (B11)."""

    CUSTOMER = "CUSTOMER"
    DEALER = "DEALER"
    UNKNOWN = "UNKNOWN"


class Person(Value):
    """A customer as others may carry him: the pseudonym, and name and phone sealed with his key."""

    person_id: PersonId
    name: Sealed
    phone: Sealed


class Vehicle(Value):
    """The vehicle as written down at the counter. ``odometer_km`` in kilometres."""

    vin: Vin
    plate: Plate
    model: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    odometer_km: Annotated[int, Field(ge=0, le=9_999_999)] | None = None


class PartCondition(OpenEnum):
    """What kind of part the customer chose (R18)."""

    NEW_OEM = "NEW_OEM"
    REMANUFACTURED = "REMANUFACTURED"
    AFTERMARKET = "AFTERMARKET"
    USED = "USED"
    UNKNOWN = "UNKNOWN"


class PartLine(Value):
    """Parts of a work line. ``price`` is for one piece."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    quantity: Annotated[int, Field(ge=1, le=999)]
    price: Money
    condition: PartCondition = PartCondition.NEW_OEM


class WorkLine(Value):
    """One line of a repair order (R7): an operation with its flat-rate hours, labour and parts."""

    line_id: LineId
    operation: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    work_class: WorkClass
    hours: TechnicianHours
    labour: Money
    parts: tuple[PartLine, ...] = ()
    pay_type: PayType = PayType.CUSTOMER_PAY
    requirements: Annotated[str, StringConstraints(max_length=400)] = ""
    """Technical requirements of this line: torque, fluids, the manual's page (R7)."""
    precautions: Annotated[str, StringConstraints(max_length=400)] = ""
    """What to beware of: a drained system, a locked wheel nut, high voltage (R7)."""

    @property
    def total(self) -> Money:
        """Labour and parts together."""
        total = self.labour
        for part in self.parts:
            total = total + part.price * part.quantity
        return total


class ClassHours(Value):
    """Hours of one work class."""

    work_class: WorkClass
    hours: TechnicianHours
