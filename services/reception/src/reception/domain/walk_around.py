"""R5: the walk-around (环车检查), clockwise from the left front door, station by station, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from reception.domain.errors import (
    SeenIdentityMissing,
    StationOutOfOrder,
    WalkAroundCompleted,
    WalkAroundIncomplete,
)


class Station(StrEnum):
    """The stations in their order."""

    LEFT_FRONT_DOOR = "LEFT_FRONT_DOOR"
    LEFT_FRONT_WING = "LEFT_FRONT_WING"
    FRONT = "FRONT"
    RIGHT_SIDE = "RIGHT_SIDE"
    REAR = "REAR"
    LEFT_SIDE = "LEFT_SIDE"


ORDER = tuple(Station)
POINTS: Mapping[Station, tuple[str, ...]] = {
    Station.LEFT_FRONT_DOOR: ("ODOMETER", "FUEL", "INSTRUMENTS", "INTERIOR_TRIM", "ELECTRICS", "BONNET_RELEASE"),
    Station.LEFT_FRONT_WING: ("VIN_PLATE", "PANEL", "WHEEL"),
    Station.FRONT: ("PLATE", "WINDSCREEN", "ENGINE_BAY", "LAMPS"),
    Station.RIGHT_SIDE: ("PANELS", "WHEELS", "LEAKS_UNDERNEATH"),
    Station.REAR: ("BOOT_TOOLS", "SPARE_WHEEL", "PANELS", "LAMPS"),
    Station.LEFT_SIDE: ("PANELS", "WHEELS", "LEAKS_UNDERNEATH"),
}


class View(StrEnum):
    """A side of the vehicle's outline; panels are viewed from the front and from the side."""

    FRONT = "FRONT"
    REAR = "REAR"
    LEFT = "LEFT"
    RIGHT = "RIGHT"
    TOP = "TOP"
    INTERIOR = "INTERIOR"


@dataclass(frozen=True)
class Spot:
    """A place on the outline, in per cent of the drawing from its upper left corner."""

    view: View
    x: int
    y: int


@dataclass(frozen=True)
class Damage:
    """A damage the car came with: where, what, and the photo's reference."""

    position: str
    note: str
    photo: str | None = None
    spot: Spot | None = None

    def without(self, photo: str) -> "Damage":
        return replace(self, photo=None) if self.photo == photo else self


@dataclass(frozen=True)
class Sight:
    """What was seen at one station. VIN is read at the left front wing, plate at the front."""

    station: Station
    at: datetime
    findings: tuple[str, ...] = ()
    damages: tuple[Damage, ...] = ()
    odometer_km: int | None = None
    fuel_percent: int | None = None
    vin_seen: str | None = None
    plate_seen: str | None = None


@dataclass
class WalkAround:
    """The stations seen so far, and the customer's signature."""

    sights: list[Sight] = field(default_factory=list)
    signature: str | None = None
    signed_at: datetime | None = None

    @property
    def expected(self) -> Station | None:
        """The station that comes next; None when all were seen."""
        return ORDER[len(self.sights)] if len(self.sights) < len(ORDER) else None

    @property
    def damages(self) -> tuple[Damage, ...]:
        return tuple(damage for sight in self.sights for damage in sight.damages)

    @property
    def fuel_percent(self) -> int | None:
        """As read last."""
        return next((s.fuel_percent for s in reversed(self.sights) if s.fuel_percent is not None), None)

    @property
    def odometer_km(self) -> int | None:
        """As read last."""
        return next((s.odometer_km for s in reversed(self.sights) if s.odometer_km is not None), None)

    @property
    def missing(self) -> list[str]:
        """What is still to be done before the walk-around is complete."""
        stations = [station.value for station in ORDER[len(self.sights) :]]
        return stations if self.signed_at else [*stations, "SIGNATURE"]

    def see(self, sight: Sight) -> None:
        """Adds the next station. Raises ``StationOutOfOrder`` and ``SeenIdentityMissing``."""
        if self.signed_at:
            raise WalkAroundCompleted
        if sight.station is not self.expected:
            raise StationOutOfOrder(self.expected)
        if sight.station is Station.LEFT_FRONT_WING and not sight.vin_seen:
            raise SeenIdentityMissing("vin_seen", sight.station)
        if sight.station is Station.FRONT and not sight.plate_seen:
            raise SeenIdentityMissing("plate_seen", sight.station)
        self.sights.append(sight)

    def forget_photo(self, reference: str) -> None:
        """The photo is gone: no damage speaks of it any more."""
        self.sights = [
            replace(sight, damages=tuple(d.without(reference) for d in sight.damages)) for sight in self.sights
        ]

    def sign(self, signature: str, at: datetime) -> None:
        """The customer signs what was found. Raises ``WalkAroundIncomplete``."""
        if self.signed_at:
            raise WalkAroundCompleted
        if self.expected:
            raise WalkAroundIncomplete(self.missing)
        self.signature, self.signed_at = signature, at
