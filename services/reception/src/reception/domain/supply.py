"""R9: where the parts of each line stand: reserved, short with an expected time, agreed to be waited for, arrived."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
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


_THERE = {SupplyState.RESERVED, SupplyState.ARRIVED}


@dataclass(frozen=True)
class PartSupply:
    """One part of one line. ``quantity``: pieces that the state is about; ``price``: for one piece, as the stock knows
    it now; ``agreed``: the customer waits; ``kept``: pieces that are there, 0 also where nobody counted them."""

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
    kept: int = 0

    def after(self, known: "PartSupply | None") -> "PartSupply":
        """This word after what was known: a part is missing until as many pieces came as were missing. What is
        reserved is told in all, what arrives comes to it."""
        if self.state is SupplyState.SHORT:
            return self
        comes = self.state is SupplyState.ARRIVED
        kept = self.quantity + (known.there if known and comes else 0)
        if known is None or known.state is not SupplyState.SHORT:
            return replace(self, kept=kept)
        missing = known.quantity - (self.quantity if comes else 0)
        if missing > 0:
            return replace(known, quantity=missing, at=self.at, price=self.price or known.price, kept=kept)
        return self

    def held_to(self, needed: int) -> "PartSupply":
        """Against the pieces that the line needs: only what it lacks of them is missing."""
        if self.state is not SupplyState.SHORT:
            return self if self.kept or self.state not in _THERE else replace(self, kept=needed)
        missing = min(self.quantity, needed - self.kept)
        if missing > 0:
            return replace(self, quantity=missing, kept=needed - missing)
        reserved = PartSupply(self.line_id, self.number, SupplyState.RESERVED, self.kept, self.at)
        return replace(reserved, price=self.price, kept=self.kept)

    def pieces_with(self, told: "PartSupply") -> int:
        """How many pieces there are of a part that no line names, by this and the word after it. What is reserved and
        what is missing are other pieces, unless ``told`` is of as many as all: then these are meant."""
        known = self.kept + self.quantity if self.state is SupplyState.SHORT else self.there
        if {self.state, told.state} != {SupplyState.SHORT, SupplyState.RESERVED} or told.quantity in (0, known):
            return max(known, told.quantity)
        return told.quantity + (self.quantity if self.state is SupplyState.SHORT else known)

    def released(self, at: datetime) -> "PartSupply":
        """Nothing of it is kept any more, and nobody waits for it."""
        return replace(self, state=SupplyState.RELEASED, at=at, agreed=False, kept=0)

    @property
    def there(self) -> int:
        """Pieces that are there; where nobody counted them the state tells it."""
        return self.kept or (self.quantity if self.state in _THERE else 0)


OF_BOOKING = ""
"""In place of a line: what was kept for a booking, whose lines have no number yet."""


@dataclass
class Supply:
    """The parts of one repair order, as the parts service told."""

    parts: list[PartSupply] = field(default_factory=list)
    taken_off: dict[str, list[str]] = field(default_factory=dict)
    """Numbers of parts that a line needed once, by line: a word about them may still be on its way."""

    def told(self, supply: PartSupply, needed: int | None = None) -> None:
        """What holds now of one part of which the line needs so many pieces (None: that is not known yet); an agreement
        holds on unless the expected time got later."""
        known = self.of(supply.line_id, supply.number)
        supply = supply.after(known)
        supply = supply if needed is None else supply.held_to(needed)
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
        self.parts = [part.released(at) if part.line_id in lines else part for part in self.parts]

    def release_parts(self, line_id: str, numbers: Collection[str], at: datetime) -> None:
        """Nothing stays reserved of parts that a line needs no more."""
        if numbers:
            self.taken_off[line_id] = sorted({*self.taken_off.get(line_id, ()), *numbers})
        self.parts = [
            part.released(at) if part.line_id == line_id and part.number in numbers else part for part in self.parts
        ]

    def hold_to(self, line_id: str, needed: Mapping[str, int]) -> None:
        """A line needs fewer pieces of these parts than before, only so many: no more than that are missing."""
        self.parts = [
            part.held_to(needed[part.number]) if part.line_id == line_id and part.number in needed else part
            for part in self.parts
        ]


@dataclass
class BookedParts:
    """What is known of a booked visit's parts before its repair order (B7)."""

    visit_id: str
    dealer_id: str
    supply: Supply = field(default_factory=Supply)

    def of_lines(self, lines: Iterable[WorkLine]) -> list[PartSupply]:
        """The same said of the order's lines that need these parts, held to the pieces that each needs."""
        return [
            replace(known, line_id=line.line_id).held_to(needed)
            for line in lines
            for number, needed in pieces_of(line).items()
            if (known := self.supply.of(OF_BOOKING, number))
        ]


def pieces_of(line: WorkLine) -> Counter[str]:
    """How many pieces of each part a line needs, by the part's number."""
    pieces: Counter[str] = Counter()
    for part in line.parts:
        pieces[part.number] += part.quantity
    return pieces


def latest(parts: Iterable[PartSupply]) -> datetime | None:
    """When all of these are there; None when nobody knows of one."""
    etas = [part.eta for part in parts]
    return max((eta for eta in etas if eta), default=None) if all(etas) else None


def later(eta: datetime | None, than: datetime | None) -> bool:
    """Whether an expected time got worse: later, or not known any more."""
    return eta is None if than is None or eta is None else eta > than
