"""The parts of the planned work: asked for once the visit is confirmed, judged by the parts service's answers (B7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contracts.booking import AskedPart, LatePart, PartsAsked, PartsInTimeAgain, PartsWillBeLate
from contracts.event import Event
from contracts.parts import OrderClass, PartNumber
from contracts.values import StaffId, Vehicle


class PartState(StrEnum):
    """Where one part stands, seen from the arrival."""

    ASKED = "ASKED"
    RESERVED = "RESERVED"
    COMING = "COMING"
    LATE = "LATE"
    UNAVAILABLE = "UNAVAILABLE"
    """Missing, and nobody knows when it comes."""


@dataclass(frozen=True)
class PlannedPart:
    """Pieces of one number that the visit needs, and what the parts service said of them last."""

    number: PartNumber
    quantity: int
    kept: int = 0
    short: bool = False
    eta: datetime | None = None
    order_class: OrderClass = OrderClass.NORMAL

    @property
    def missing(self) -> int:
        return max(0, self.quantity - self.kept)

    def state(self, needed_by: datetime) -> PartState:
        """A part that comes at the very time of the arrival is in time."""
        if not self.missing:
            return PartState.RESERVED
        if not self.short:
            return PartState.ASKED
        if self.eta is None:
            return PartState.UNAVAILABLE
        return PartState.LATE if self.eta > needed_by else PartState.COMING

    def late(self, needed_by: datetime) -> bool:
        return self.state(needed_by) in (PartState.LATE, PartState.UNAVAILABLE)

    def reserved(self, pieces: int) -> "PlannedPart":
        return replace(self, kept=pieces, short=self.short and pieces < self.quantity)

    def arrived(self, pieces: int) -> "PlannedPart":
        return self.reserved(self.kept + pieces)

    def missed(self, pieces: int, eta: datetime | None, order_class: OrderClass) -> "PlannedPart":
        kept = max(0, self.quantity - pieces)
        return replace(self, kept=kept, short=True, eta=eta, order_class=order_class)

    def expected(self, eta: datetime) -> "PlannedPart":
        return replace(self, short=True, eta=eta)

    def released(self) -> "PlannedPart":
        return PlannedPart(self.number, self.quantity)


@dataclass
class PartsCheck:
    """One visit's conversation with the parts service. Empty: nothing is needed, or nobody has named it yet."""

    items: list[PlannedPart] = field(default_factory=list)
    told_late: list[LatePart] = field(default_factory=list)
    """What the advisor was told last."""

    @property
    def complete(self) -> bool:
        """Every piece is kept for the visit."""
        return bool(self.items) and not any(item.missing for item in self.items)

    @property
    def short(self) -> bool:
        return any(item.missing and item.short for item in self.items)

    def plan(self, wanted: Iterable[AskedPart]) -> None:
        """The newest list holds; what is kept of a number that stays on it stays kept."""
        known = {item.number: item for item in self.items}
        self.items = [
            replace(known.get(part.number, PlannedPart(part.number, part.quantity)), quantity=part.quantity)
            for part in wanted
        ]

    def ask(self, needed_by: datetime, vehicle: Vehicle) -> list[Event]:
        """Asked for the whole list each time: the newest question holds."""
        items = tuple(AskedPart(number=item.number, quantity=item.quantity) for item in self.items)
        return [PartsAsked(needed_by=needed_by, vehicle=vehicle, items=items)]

    def find(self, number: PartNumber, pieces: int = 1) -> PlannedPart:
        """A number that nobody asked for came instead of another one: the parts service knows better."""
        return next((item for item in self.items if item.number == number), PlannedPart(number, pieces))

    def take_in(self, answers: Sequence[PlannedPart]) -> None:
        newest = {answer.number: answer for answer in answers}
        self.items = [newest.pop(item.number, item) for item in self.items] + list(newest.values())

    def judge(self, arrival: datetime, advisor: StaffId) -> list[Event]:
        """What will not be there in time is told to the advisor as soon as it is known, and again when it changes."""
        late = [
            LatePart(number=item.number, missing=item.missing, eta=item.eta)
            for item in self.items
            if item.late(arrival)
        ]
        if late == self.told_late:
            return []
        self.told_late = late
        if not late:
            return [PartsInTimeAgain(arrival=arrival, advisor=advisor)]
        return [PartsWillBeLate(arrival=arrival, advisor=advisor, items=tuple(late))]

    def summary(self) -> str:
        """For the note beside the word of the parts department: what is missing, and until when."""
        short = [f"{item.number} × {item.missing}{_until(item.eta)}" for item in self.items if item.missing]
        return "; ".join(short)[:200]


def _until(eta: datetime | None) -> str:
    return f" ({eta:%Y-%m-%d %H:%M}Z)" if eta else ""
