"""The words that several bodies share: hours, classes, codes, and who may do what."""

from datetime import time
from typing import Annotated, Any, Self

from chassis.field_texts import Unfit, known
from contracts.booking import Mobility
from contracts.values import (
    Channel,
    ClassHours,
    Day,
    Initiative,
    NatureOfWork,
    Party,
    TechnicianHours,
    WorkClass,
)
from fastapi import Path, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from booking.domain.policy import Policy

DESK = ("advisor", "agent", "dispatcher", "manager")
"""Who talks with customers, or plans for those who do: may see their names and phones."""
FLOOR = (*DESK, "technician", "inspector", "parts_clerk")
"""Who works from the day's boards and sheets."""


def _without_offset(at: time) -> time:
    if at.tzinfo is not None:
        raise Unfit("a time on the dealer's own clock has no offset: write 08:00")
    return at


ClockTime = Annotated[time, AfterValidator(_without_offset)]
"""A time of day on the dealer's clock (B19)."""

BookableClass = Annotated[WorkClass, AfterValidator(known)]
BookingChannel = Annotated[Channel, AfterValidator(known)]
KnownNature = Annotated[NatureOfWork, AfterValidator(known)]
KnownMobility = Annotated[Mobility, AfterValidator(known)]
KnownParty = Annotated[Party, AfterValidator(known)]
KnownInitiative = Annotated[Initiative, AfterValidator(known)]
Hours = Annotated[float, Field(ge=0.1, le=100, description="Technician hours, for example 1.5")]
PlannedHours = Annotated[float, Field(ge=0, le=24, description="Technician hours, for example 8")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
Need = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]{1,39}$")]
DealerPath = Annotated[str, Path(max_length=20, description="The dealer's code", examples=["SH001"])]
DayPath = Annotated[Day, Path(description="The dealer's own day", examples=["2025-06-23"])]
StaffPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$", examples=["sean"])]
VisitPath = Annotated[str, Path(max_length=64, description="The visit's id")]


class Body(BaseModel):
    """A request body: a field that is not known is refused rather than lost."""

    model_config = ConfigDict(extra="forbid")


class ClassHoursBody(Body):
    """Hours of one work class."""

    work_class: BookableClass
    hours: PlannedHours

    def value(self) -> ClassHours:
        return ClassHours(work_class=self.work_class, hours=TechnicianHours.of(self.hours))

    @classmethod
    def of(cls, part: ClassHours) -> Self:
        return cls(work_class=part.work_class, hours=part.hours.hours)


class ReserveBody(ClassHoursBody):
    """Hours that a whole shop keeps free in one class; more than one person's day."""

    hours: Annotated[float, Field(ge=0, le=1000, description="Technician hours, for example 8")]


def example(body: dict[str, Any]) -> ConfigDict:
    """A body's configuration with one example."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [body]})


async def policy(request: Request) -> Policy:
    """The network's figures for the rules."""
    return request.app.state.policy
