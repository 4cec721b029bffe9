"""R20: free services of a VIN: how many, until when, up to which mileage, and what became of them."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from contracts.event import Event
from contracts.reception import FreeServiceUsed
from contracts.values import Vehicle

from reception.domain.errors import Said
from reception.domain.errors_warranty import FreeServiceExpired, FreeServiceUsedUp
from reception.domain.story import Happened


@dataclass(frozen=True)
class Claim:
    """An open visit wants one of them for a line; used at the hand-over."""

    visit_id: str
    line_id: str
    at: datetime
    used_at: datetime | None = None


@dataclass
class FreeService:
    """One entitlement of one VIN at one dealer. ``first``: the first free service, with a figure of its own."""

    service_id: str
    dealer_id: str
    vin: str
    code: str
    title: str
    granted: int
    valid_until: date
    max_km: int | None
    first: bool
    claims: list[Claim] = field(default_factory=list)
    history: list[Happened] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Neither used nor claimed."""
        return self.granted - len(self.claims)

    def claim(self, claim: Claim, today: date, odometer_km: int | None) -> None:
        """One for this visit. Raises ``FreeServiceUsedUp``, ``FreeServiceExpired``."""
        if today > self.valid_until:
            raise FreeServiceExpired(Said("it was valid until {day}", {"day": self.valid_until}))
        if self.max_km is not None and (odometer_km is None or odometer_km > self.max_km):
            shown = {"max_km": self.max_km, "shown": odometer_km}
            raise FreeServiceExpired(Said("it is for at most {max_km} km, the odometer shows {shown}", shown))
        if self.left < 1:
            raise FreeServiceUsedUp(self.code)
        self.claims.append(claim)

    def give_back(self, visit_id: str, line_id: str) -> None:
        """The line is not done after all."""
        self.claims = [
            claim for claim in self.claims if (claim.visit_id, claim.line_id) != (visit_id, line_id) or claim.used_at
        ]

    def use(self, visit_id: str, line_id: str, vehicle: Vehicle, at: datetime) -> list[Event]:
        """The line was done and the car handed over."""
        self.claims = [
            replace(claim, used_at=at) if (claim.visit_id, claim.line_id) == (visit_id, line_id) else claim
            for claim in self.claims
        ]
        return [
            FreeServiceUsed(entitlement=self.code, vehicle=vehicle, line_id=line_id, first=self.first, left=self.left)
        ]


def service_id(dealer_id: str, vin: str, code: str) -> str:
    """A VIN has each entitlement once at a dealer."""
    return f"{dealer_id}/{vin}/{code}"
