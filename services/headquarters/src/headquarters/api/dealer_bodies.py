"""A dealer's registration as it is sent and answered."""

from datetime import datetime, time
from typing import Annotated, Any, Self

from contracts.values import Day, DealerId, StaffId
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from headquarters.domain.dealer import Dealer, Registration

Word = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]

EXAMPLE: dict[str, Any] = {
    "name": "Pudong Motors",
    "name_zh": "浦东汽车",
    "zone": "Asia/Shanghai",
    "currency": "CNY",
    "region": "east",
    "area": "shanghai",
    "group": "delta",
    "brands": ["TOYOTA"],
    "capabilities": ["BODY_AND_PAINT", "HIGH_VOLTAGE"],
    "area_manager": "am-chen",
    "opened_on": "2012-03-01",
    "opening_hours": [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(6)],
    "slot_minutes": 15,
    "advisors": ["anna", "bo"],
    "no_show_grace_minutes": 30,
    "reminder_hours_before": 24,
    "follow_up_hours_after": 24,
    "quiet_from": "20:00",
    "quiet_until": "09:00",
}


class OpeningHoursBody(BaseModel):
    """One stretch of opening on one weekday, in the dealer's own time. Monday is 0; a midday break makes two."""

    model_config = ConfigDict(extra="forbid")

    weekday: int = Field(ge=0, le=6)
    opens: time
    closes: time


class RegistrationBody(BaseModel):
    """What headquarters writes down of a dealer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    name: Word
    name_zh: Annotated[str, StringConstraints(max_length=60)] = ""
    zone: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(description="IANA time zone; fixed")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(description="ISO 4217; fixed")
    region: Word
    area: Word = Field(description="The area whose manager looks after the dealer")
    group: Annotated[str, StringConstraints(max_length=60)] = Field("", description="The dealer group, if it has one")
    brands: list[Word] = Field([], max_length=20)
    capabilities: list[Word] = Field([], max_length=40, description="What the dealer can do beyond the usual")
    area_manager: StaffId | None = Field(None, description="Code of the area manager who looks after the dealer")
    opened_on: Day
    opening_hours: list[OpeningHoursBody] = Field(max_length=28)
    slot_minutes: int = Field(15, ge=5, le=120, description="Length of a reception slot")
    advisors: list[StaffId] = Field(max_length=100, description="As many arrivals fit into one slot")
    no_show_grace_minutes: int = Field(30, ge=0, le=24 * 60)
    reminder_hours_before: int = Field(24, ge=0, le=14 * 24)
    follow_up_hours_after: int = Field(24, ge=0, le=30 * 24)
    quiet_from: time = time(20, 0)
    quiet_until: time = time(9, 0)

    def registration(self) -> Registration:
        return Registration.model_validate(self.model_dump(exclude={"dealer_id"}))


class NewDealerBody(RegistrationBody):
    """A registration with the code under which the dealer is known from now on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"dealer_id": "SH001", **EXAMPLE}]})

    dealer_id: DealerId


class DealerAnswer(NewDealerBody):
    """A registered dealer."""

    registered_at: datetime
    changed_at: datetime | None

    @classmethod
    def of(cls, dealer: Dealer) -> Self:
        return cls.model_validate(
            {
                **dealer.registration.model_dump(include=set(RegistrationBody.model_fields)),
                "dealer_id": dealer.dealer_id,
                "registered_at": dealer.registered_at,
                "changed_at": dealer.changed_at,
            }
        )
