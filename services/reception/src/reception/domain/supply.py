"""R9: where the parts of each line stand: reserved, short with an expected time, agreed to be waited for, arrived."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contracts.parts import OrderClass, SupplyWay
from contracts.values import Money, WorkLine


class SupplyState(StrEnum):
    """Where one part of one line stands."""

    RESERVED = "RESERVED"
    SHORT = "SHORT"
    ARRIVED = "ARRIVED"
    RELEASED = "RELEASED"


@dataclass(frozen=True)
class PartSupply:
    """One part of one line. ``price``: for one piece, as the stock knows it now; ``agreed``: the customer waits."""

    line_id: str
    number: str
    state: SupplyState
    quantity: int
    at: datetime
    way: SupplyWay | None = None
    order_class: OrderClass | None = None
    from_dealer: str | None = None
    eta: datetime | None = None
    price: Money | None = None
    agreed: bool = False


OF_BOOKING = ""
"""In place of a line: what was kept for a booking, whose lines have no number yet."""


@dataclass
class Supply:
    """The parts of one repair order, as the parts service told."""

    parts: list[PartSupply] = field(default_factory=list)

    def told(self, supply: PartSupply) -> None:
        """What holds now of one part; an agreement holds on unless the expected time got later."""
        known = self.of(supply.line_id, supply.number)
        if known and known.agreed and supply.state is SupplyState.SHORT and not later(supply.eta, known.eta):
            supply = replace(supply, agreed=True)
        self.parts = [part for part in self.parts if part != known]
        self.parts.append(supply)

    def of(self, line_id: str, number: str) -> PartSupply | None:
        return next((part for part in self.parts if (part.line_id, part.number) == (line_id, number)), None)

    def to_agree(self, lines: Collection[str]) -> list[PartSupply]:
        """Missing parts of these lines that the customer has not agreed to wait for."""
        return [part for part in self.missing(lines) if not part.agreed]

    def missing(self, lines: Collection[str]) -> list[PartSupply]:
        """Missing parts of these lines."""
        return [part for part in self.parts if part.line_id in lines and part.state is SupplyState.SHORT]

    def agree(self, lines: Collection[str]) -> list[PartSupply]:
        """The customer waits for the missing parts of these lines; answers what he newly agreed to."""
        newly = self.to_agree(lines)
        self.parts = [replace(part, agreed=True) if part in newly else part for part in self.parts]
        return newly

    def release(self, lines: Collection[str], at: datetime) -> None:
        """Nothing stays reserved for these lines."""
        self.parts = [
            replace(part, state=SupplyState.RELEASED, at=at, agreed=False) if part.line_id in lines else part
            for part in self.parts
        ]


@dataclass
class BookedParts:
    """What is known of a booked visit's parts before its repair order (B7)."""

    visit_id: str
    dealer_id: str
    supply: Supply = field(default_factory=Supply)

    def of_lines(self, lines: Iterable[WorkLine]) -> list[PartSupply]:
        """The same said of the order's lines that need these parts."""
        return [
            replace(known, line_id=line.line_id)
            for line in lines
            for part in line.parts
            if (known := self.supply.of(OF_BOOKING, part.number))
        ]


def latest(parts: Iterable[PartSupply]) -> datetime | None:
    """When all of these are there; None when nobody knows of one."""
    etas = [part.eta for part in parts]
    return max((eta for eta in etas if eta), default=None) if all(etas) else None


def later(eta: datetime | None, than: datetime | None) -> bool:
    """Whether an expected time got worse: later, or not known any more."""
    return eta is None if than is None or eta is None else eta > than
