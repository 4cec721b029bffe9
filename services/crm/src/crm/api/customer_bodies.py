"""Customers as they are sent and answered. Answers to commands hold no personal value; readings show it opened."""

from datetime import datetime
from typing import Annotated, Any, Self

from chassis.unit import Unit
from contracts.crm import CustomerKind, Purpose, VehicleRole
from contracts.values import Channel, PersonId, Vehicle, Vin
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from crm.api.words import KnownChannel, KnownKind, KnownRole
from crm.domain.customer import Customer, VerifiableField
from crm.domain.shared_vehicle import VehicleOwners
from crm.projections.duplicates import duplicates_of
from crm.projections.history import HistoryRow, Kind
from crm.usecases.change_customer import ChangeCustomer

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()/-]{4,30}$")]

CHANGE: dict[str, Any] = {"phone": "+8613900000001", "preferred_channel": "WECHAT", "refused_channels": ["PHONE"]}


class RoleOfVehicle(BaseModel):
    """Owner or driver of a vehicle that is linked already."""

    model_config = ConfigDict(extra="forbid")

    vin: Vin
    role: KnownRole


class CustomerChange(BaseModel):
    """What is left out stays as it is; ``preferred_channel: null`` forgets the preference."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [CHANGE]})

    name: Name | None = None
    phone: Phone | None = None
    preferred_channel: KnownChannel | None = None
    refused_channels: list[KnownChannel] | None = Field(None, max_length=10, description="Never used again (C4)")
    kind: KnownKind | None = None
    vehicle_roles: list[RoleOfVehicle] | None = Field(None, max_length=20, description="An owner unless told (C1)")

    def command(self, person_id: str) -> ChangeCustomer:
        forget = "preferred_channel" in self.model_fields_set and self.preferred_channel is None
        given = self.model_dump(exclude_unset=True)
        if self.vehicle_roles is not None:
            given["vehicle_roles"] = {told.vin: told.role for told in self.vehicle_roles}
        return ChangeCustomer(person_id, **given, forget_preference=forget)


class Merge(BaseModel):
    """The duplicate that becomes an alias."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"merged": "9f2c…"}]})

    merged: PersonId


class Verified(BaseModel):
    """Basic fields that were checked with the customer or his papers."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"fields": ["name", "phone"]}]})

    fields: list[VerifiableField] = Field(min_length=1, max_length=10)


class VerifiedField(BaseModel):
    """A field that was checked and has not changed since."""

    field: VerifiableField
    at: datetime
    by: str = Field(description="Who checked it", examples=["staff:anna"])


class CustomerAnswer(BaseModel):
    """A changed customer, without personal values."""

    person_id: str
    aliases: list[str] = Field(description="Other pseudonyms of the same person")
    preferred_channel: Channel | None
    refused_channels: list[Channel]
    completeness: float = Field(description="Share of the basic fields that are filled, 0 to 1 (C1)")
    missing_fields: list[str]
    kind: CustomerKind
    verified: list[VerifiedField]

    @classmethod
    def of(cls, customer: Customer) -> Self:
        return cls(**_without_personal_values(customer))


class LinkedVehicle(Vehicle):
    """A vehicle and what the customer is to it."""

    role: VehicleRole


class Duplicate(BaseModel):
    """Another customer who owns the same vehicle: perhaps the same person, to be merged, or one of the two drives."""

    person_id: str
    vin: str


class SharedVehicle(BaseModel):
    """A vehicle that several customers own by their records."""

    vin: str
    customers: list[str] = Field(description="Candidates to be merged, by person id")

    @classmethod
    def of(cls, row: VehicleOwners) -> Self:
        return cls(vin=row.vin, customers=row.owners)


class CustomerCard(CustomerAnswer):
    """A customer with everything a counter needs. ``name`` and ``phone`` are null once the person was erased."""

    name: str | None
    phone: str | None
    vehicles: list[LinkedVehicle]
    known_since: datetime
    duplicates: list[Duplicate] = Field(description="Candidates; see /merge and `vehicle_roles` (C1)")

    @classmethod
    async def opened(cls, unit: Unit, customer: Customer) -> Self:
        return cls(
            **_without_personal_values(customer),
            name=await unit.open(customer.name),
            phone=await unit.open(customer.phone),
            vehicles=[LinkedVehicle(**each.model_dump(), role=customer.role(each.vin)) for each in customer.vehicles],
            known_since=customer.known_since,
            duplicates=[Duplicate(person_id=id, vin=vin) for id, vin in await duplicates_of(unit, customer)],
        )


class HistoryLine(BaseModel):
    """One fact that touched the customer (C3)."""

    at: datetime
    kind: Kind
    what: str = Field(examples=["booking.appointment-confirmed"])
    visit_id: str | None
    contact_id: str | None
    case_id: str | None
    purpose: Purpose | None
    channel: Channel | None
    reason: str

    @classmethod
    def of(cls, row: HistoryRow) -> Self:
        return cls.model_validate(row, from_attributes=True)


def _without_personal_values(customer: Customer) -> dict[str, Any]:
    return {
        "person_id": customer.person_id,
        "aliases": customer.aliases,
        "preferred_channel": customer.preferred_channel,
        "refused_channels": customer.refused_channels,
        "completeness": customer.completeness,
        "missing_fields": customer.missing_fields,
        "kind": customer.kind,
        "verified": [VerifiedField(field=each, at=one.at, by=one.by) for each, one in customer.verified.items()],
    }
