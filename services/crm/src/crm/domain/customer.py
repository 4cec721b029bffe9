"""A dealer's customer (C1): one record over all channels. Also the alias that a merged or renumbered one leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from contracts.crm import CustomerChanged, CustomerKind, CustomerRegistered, CustomersMerged, VehicleLinked, VehicleRole
from contracts.event import Event
from contracts.values import Channel, Person, Sealed, Vehicle

from crm.domain.contact_policy import OUTGOING
from crm.domain.errors import CannotMergeWithItself, ChannelPreferredAndRefused, CustomerMerged, VehicleNotLinked

BASIC_FIELDS = ("name", "phone", "vehicle", "odometer", "preferred_channel")
"""What a complete record has (C1)."""


class VerifiableField(StrEnum):
    """Basic fields that somebody can check with the customer or his papers (C1)."""

    NAME = "name"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Verification:
    """A field was checked: when, and by whom (the actor)."""

    at: datetime
    by: str


@dataclass
class Customer:
    """``merged_into``: this record is an alias only; another one speaks for the person."""

    dealer_id: str
    person_id: str
    name: Sealed
    phone: Sealed
    known_since: datetime
    contact_data_at: datetime
    """When name and phone were last told to us; older news do not overwrite them."""
    vehicles: list[Vehicle] = field(default_factory=list)
    preferred_channel: Channel | None = None
    refused_channels: list[Channel] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    merged_into: str | None = None
    kind: CustomerKind = CustomerKind.PERSON
    driven: list[str] = field(default_factory=list)
    """VINs the customer only drives; of every other vehicle he is the owner."""
    verified: dict[VerifiableField, Verification] = field(default_factory=dict)
    """What was checked and has not changed since."""

    @classmethod
    def register(
        cls, dealer_id: str, person: Person, vehicle: Vehicle | None, at: datetime
    ) -> tuple[Self, list[Event]]:
        """A person gets known to the dealer, once (C1)."""
        known = cls(dealer_id, person.person_id, person.name, person.phone, known_since=at, contact_data_at=at)
        known.vehicles = [vehicle] if vehicle else []
        fact = CustomerRegistered(person_id=person.person_id, name=person.name, phone=person.phone, vehicle=vehicle)
        return known, [fact]

    def another_pseudonym(self, person_id: str) -> "Customer":
        """The alias under which a changed phone number finds this record (C1)."""
        self.aliases.append(person_id)
        alias = Customer(self.dealer_id, person_id, self.name, self.phone, self.known_since, self.contact_data_at)
        alias.merged_into = self.person_id
        return alias

    @property
    def ids(self) -> list[str]:
        """Every pseudonym of the person: facts of before a merge carry the old ones."""
        return [self.person_id, *self.aliases]

    @property
    def missing_fields(self) -> list[str]:
        """Basic fields that are still empty (C1)."""
        filled = {
            "name": True,
            "phone": True,
            "vehicle": bool(self.vehicles),
            "odometer": any(vehicle.odometer_km is not None for vehicle in self.vehicles),
            "preferred_channel": self.preferred_channel is not None,
        }
        return [name for name in BASIC_FIELDS if not filled[name]]

    @property
    def completeness(self) -> float:
        """Share of the basic fields that are filled, 0 to 1 (C1)."""
        return 1 - len(self.missing_fields) / len(BASIC_FIELDS)

    def link(self, vehicle: Vehicle) -> list[Event]:
        """The person came with this vehicle (C1). Only a new vehicle or plate is news; kilometres are brought up."""
        self._must_speak_for_itself()
        known = next((each for each in self.vehicles if each.vin == vehicle.vin), None)
        if known is None:
            self.vehicles.append(vehicle)
            return [self._linked(vehicle)]
        kilometres = max((km for km in (known.odometer_km, vehicle.odometer_km) if km is not None), default=None)
        newest = vehicle.model_copy(update={"odometer_km": kilometres})
        self.vehicles[self.vehicles.index(known)] = newest
        return [] if known.plate == vehicle.plate else [self._linked(newest)]

    def role(self, vin: str) -> VehicleRole:
        """What the customer is to this vehicle of his (C1)."""
        return VehicleRole.DRIVER if vin in self.driven else VehicleRole.OWNER

    def change_roles(self, roles: Mapping[str, VehicleRole]) -> list[Event]:
        """Owner or driver of these vehicles, by VIN (C1). Raises ``VehicleNotLinked``; then nothing changed."""
        self._must_speak_for_itself()
        known = {vehicle.vin: vehicle for vehicle in self.vehicles}
        if unknown := sorted(set(roles) - set(known)):
            raise VehicleNotLinked(self.person_id, unknown[0])
        news = [vin for vin, role in roles.items() if role is not self.role(vin)]
        self.driven = sorted(set(self.driven) ^ set(news))
        return [self._linked(known[vin]) for vin in news]

    def change_kind(self, kind: CustomerKind) -> list[Event]:
        """A person or a company (C1)."""
        self._must_speak_for_itself()
        if kind is self.kind:
            return []
        self.kind = kind
        return [self._changed(["kind"])]

    def verify(self, fields: Sequence[VerifiableField], at: datetime, by: str) -> None:
        """Somebody checked these fields (C1). It holds until the field changes."""
        self._must_speak_for_itself()
        self.verified |= {each: Verification(at, by) for each in fields}

    def change_contact_data(self, at: datetime, *, name: Sealed | None, phone: Sealed | None) -> list[Event]:
        """The person's name or phone is another one (B4, R2). None leaves a field as it is; old news change nothing."""
        self._must_speak_for_itself()
        changed = [word for word, value in (("name", name), ("phone", phone)) if value is not None]
        if not changed or at < self.contact_data_at:
            return []
        self.name, self.phone, self.contact_data_at = name or self.name, phone or self.phone, at
        self.verified = {each: checked for each, checked in self.verified.items() if each not in changed}
        return [self._changed(changed)]

    def change_wishes(self, preferred: Channel | None, refused: Sequence[Channel]) -> list[Event]:
        """Which channel the person likes, and which are never used again (C4)."""
        self._must_speak_for_itself()
        if preferred in refused:
            raise ChannelPreferredAndRefused(str(preferred))
        wishes = {"preferred_channel": preferred, "refused_channels": sorted(set(refused))}
        changed = [name for name, wish in wishes.items() if getattr(self, name) != wish]
        self.preferred_channel, self.refused_channels = preferred, sorted(set(refused))
        return [self._changed(changed)] if changed else []

    def learn_channel(self, liked: Channel | None) -> list[Event]:
        """The customer was asked on the spot which channel suits him (C4). What he told us before stays."""
        if liked is None or self.preferred_channel or liked in self.refused_channels or liked not in OUTGOING:
            return []
        return self.change_wishes(liked, self.refused_channels)

    def absorb(self, other: "Customer") -> list[Event]:
        """Both records are one person (C1): this one stays, the other becomes its alias; nothing is lost."""
        self._must_speak_for_itself()
        other._must_speak_for_itself()
        if other.person_id == self.person_id:
            raise CannotMergeWithItself
        known = {vehicle.vin for vehicle in self.vehicles}
        self.driven = sorted({*self.driven, *(vin for vin in other.driven if vin not in known)})
        self.vehicles += [vehicle for vehicle in other.vehicles if vehicle.vin not in known]
        self.refused_channels = sorted({*self.refused_channels, *other.refused_channels})
        preferred = self.preferred_channel or other.preferred_channel
        self.preferred_channel = None if preferred in self.refused_channels else preferred
        self.aliases += other.ids
        self.known_since = min(self.known_since, other.known_since)
        other.merged_into = self.person_id
        return [CustomersMerged(kept=self.person_id, merged=other.person_id)]

    def _changed(self, fields: Sequence[str]) -> CustomerChanged:
        return CustomerChanged(
            person_id=self.person_id,
            changed=tuple(fields),
            name=self.name,
            phone=self.phone,
            preferred_channel=self.preferred_channel,
            refused_channels=tuple(self.refused_channels),
            kind=self.kind,
        )

    def _linked(self, vehicle: Vehicle) -> VehicleLinked:
        return VehicleLinked(person_id=self.person_id, vehicle=vehicle, role=self.role(vehicle.vin))

    def _must_speak_for_itself(self) -> None:
        if self.merged_into:
            raise CustomerMerged(self.person_id, self.merged_into)
