"""Booking's bodies for the door by hand, checked by msgspec."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.json import Decoder

Text = Annotated[str, Meta(min_length=1, max_length=120)]
Hours = Annotated[float, Meta(gt=0, le=24)]


class Customer(Struct, forbid_unknown_fields=True):
    name: Text
    phone: Annotated[str, Meta(pattern=r"^\+?[0-9 ()/-]{5,24}$")]


class Vehicle(Struct, forbid_unknown_fields=True):
    vin: Annotated[str, Meta(pattern="^([A-HJ-NPR-Z0-9]{17}|FREE:[A-Z0-9][A-Z0-9 -]{0,24})$")]
    plate: Text
    model: Text
    odometer_km: Annotated[int, Meta(ge=0, le=9_999_999)] | None = None


class Confirm(Struct, forbid_unknown_fields=True):
    customer: Customer
    vehicle: Vehicle
    nature: Literal["MAINTENANCE", "SIMPLE_REPAIR", "FAULT_REPAIR", "REWORK"]
    read_back_confirmed: Literal[True]
    concern: Annotated[str, Meta(max_length=2000)] | None = None


class Book(Struct, forbid_unknown_fields=True):
    arrival: Annotated[datetime, Meta(tz=True)]
    work_class: Literal["PM", "GR", "QUICK_SERVICE"]
    hours: Hours
    channel: Literal["PHONE", "SMS", "WECHAT", "EMAIL", "APP", "WEB", "COUNTER"]
    confirm: Confirm


class Reason(Struct, forbid_unknown_fields=True):
    reason: Literal["FORGOT", "NO_TIME", "ILL", "VEHICLE_NOT_AVAILABLE", "WENT_ELSEWHERE", "NOT_REACHED", "OTHER"]


BOOK, REASON = Decoder(Book), Decoder(Reason)
