"""Values that several request bodies share, bounded and closed."""

from typing import Annotated, Any, Literal

from chassis.field_texts import Unfit
from contracts.values import (
    Money,
    PartCondition,
    PartLine,
    PayType,
    Plate,
    TechnicianHours,
    Vehicle,
    Vin,
    WorkClass,
)
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from reception.domain.authorisation import DeclineReason
from reception.domain.lines import DraftLine

Short = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Note = Annotated[str, StringConstraints(max_length=400, strip_whitespace=True)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\S+$")]
"""Where a photo or a signature is kept: an address or id of the dealer's own."""

LINES_MAX, PARTS_MAX, NOTES_MAX = 25, 80, 2_000
"""An estimate is announced as one event, and an event has at most 64 KiB."""

A_LINE: dict[str, Any] = {
    "operation": "PM20",
    "title": "20,000 km service",
    "work_class": "PM",
    "hours": 2.0,
    "labour": {"amount": 48000, "currency": "CNY"},
    "parts": [
        {"number": "90915-YZZE1", "name": "Oil filter", "quantity": 1, "price": {"amount": 6500, "currency": "CNY"}}
    ],
    "pay_type": "CUSTOMER_PAY",
}


class Body(BaseModel):
    """A request body: nothing in it that we do not know."""

    model_config = ConfigDict(extra="forbid")


class MoneyBody(Body):
    """An amount in minor units (fen, cents) of the dealer's currency."""

    amount: int = Field(ge=0, le=1_000_000_000, examples=[48000])
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(examples=["CNY"])

    def money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)


class VehicleBody(Body):
    """The vehicle as written down at the counter (R19: a free-text VIN begins with `FREE:`)."""

    vin: Vin = Field(examples=["JT1234567890ABCDE"])
    plate: Plate = Field(examples=["沪A12345"])
    model: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(examples=["AE100"])
    odometer_km: int | None = Field(None, ge=0, le=9_999_999)

    def vehicle(self) -> Vehicle:
        return Vehicle(vin=self.vin, plate=self.plate, model=self.model, odometer_km=self.odometer_km)


class CustomerBody(Body):
    """Name and phone; kept sealed with the person's own key."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
    phone: Annotated[str, StringConstraints(min_length=3, max_length=30, strip_whitespace=True)]


class PartBody(Body):
    """Parts of a line; `price` is for one piece."""

    number: Code
    name: Short
    quantity: int = Field(1, ge=1, le=999)
    price: MoneyBody
    condition: Literal["NEW_OEM", "REMANUFACTURED", "AFTERMARKET", "USED"] = Field(
        "NEW_OEM", description="The customer's choice (R18)"
    )

    def part(self) -> PartLine:
        return PartLine(
            number=self.number,
            name=self.name,
            quantity=self.quantity,
            price=self.price.money(),
            condition=PartCondition(self.condition),
        )


class LineBody(Body):
    """One work line (R7). The repair order gives it its id (`L1`, `L2`, …)."""

    operation: Code
    title: Short
    work_class: Literal["PM", "GR", "QUICK_SERVICE"]
    hours: float = Field(gt=0, le=200, description="Flat-rate hours")
    labour: MoneyBody
    parts: list[PartBody] = Field([], max_length=PARTS_MAX)
    pay_type: Literal["CUSTOMER_PAY", "WARRANTY", "INSURANCE", "GOODWILL", "INTERNAL"] = "CUSTOMER_PAY"
    requirements: Note = Field("", description="Technical requirements (R7)")
    precautions: Note = Field("", description="What to beware of (R7)")

    def draft(self) -> DraftLine:
        return DraftLine(
            operation=self.operation,
            title=self.title,
            work_class=WorkClass(self.work_class),
            hours=TechnicianHours.of(self.hours),
            labour=self.labour.money(),
            parts=tuple(part.part() for part in self.parts),
            pay_type=PayType(self.pay_type),
            requirements=self.requirements,
            precautions=self.precautions,
        )


def _few_parts(lines: list[LineBody]) -> list[LineBody]:
    if sum(len(line.parts) for line in lines) > PARTS_MAX:
        raise Unfit("all lines together have at most {most} parts: split the work into supplements", most=PARTS_MAX)
    if sum(len(line.requirements) + len(line.precautions) for line in lines) > NOTES_MAX:
        raise Unfit("requirements and precautions of all lines have at most {most} characters", most=NOTES_MAX)
    return lines


Lines = Annotated[list[LineBody], Field(min_length=1, max_length=LINES_MAX), AfterValidator(_few_parts)]
MenuItems = Annotated[list[Code], Field(max_length=LINES_MAX)]
"""Codes of the dealer's price list (R10)."""


def drafts(lines: list[LineBody] | None) -> tuple[DraftLine, ...]:
    """The lines as the domain takes them."""
    return tuple(line.draft() for line in lines or ())


class DeclineBody(Body):
    """A line the customer refuses, and why (R13)."""

    line_id: Code = Field(examples=["L2"])
    reason: DeclineReason = DeclineReason.OTHER


def declined(lines: list[DeclineBody]) -> dict[str, DeclineReason]:
    return {line.line_id: line.reason for line in lines}
