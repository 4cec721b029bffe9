"""R9: the parts of a repair order: what is asked of the stock, what it answers, and what the customer says to that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.parts import SupplyWay
from contracts.reception import LinePart, LinePartsAsked

from reception.domain import announcements, errors_prices
from reception.domain.promise import PromiseReason
from reception.domain.supply import PartSupply, SupplyState, later, latest, pieces_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from contracts.event import Event
    from contracts.values import Money, PartLine, WorkLine

    from reception.domain.repair_order import RepairOrder


class Availability(StrEnum):
    """Where a part of a line comes from, as the advisor tells the customer."""

    ASKED = "ASKED"
    IN_STOCK = "IN_STOCK"
    TRANSFER = "TRANSFER"
    ORDER = "ORDER"
    MISSING = "MISSING"
    ARRIVED = "ARRIVED"


_REACHED = {SupplyState.RESERVED: Availability.IN_STOCK, SupplyState.ARRIVED: Availability.ARRIVED}
_WAYS = {SupplyWay.TRANSFER: Availability.TRANSFER, SupplyWay.ORDER: Availability.ORDER}


@dataclass(frozen=True)
class PartOfLine:
    """One part of one line with what the stock knows of it; ``supply`` None: it has not answered yet."""

    line: WorkLine
    part: PartLine
    supply: PartSupply | None

    @property
    def availability(self) -> Availability:
        """What is there counts once it is all that the line needs; of the rest the stock has said nothing yet."""
        if self.supply is None or self.supply.state is SupplyState.RELEASED:
            return Availability.ASKED
        if self.supply.state in _REACHED and 0 < self.supply.kept < pieces_of(self.line)[self.part.number]:
            return Availability.ASKED
        missing = _WAYS.get(self.supply.way, Availability.MISSING) if self.supply.way else Availability.MISSING
        return _REACHED.get(self.supply.state, missing)

    @property
    def to_agree(self) -> bool:
        """The customer has not said yet that he waits for it."""
        return self.supply is not None and self.supply.state is SupplyState.SHORT and not self.supply.agreed

    @property
    def stock_price(self) -> Money | None:
        """What the stock asks for a piece, where that is another price than the line's."""
        price = self.supply.price if self.supply else None
        return price if price != self.part.price else None


def parts_of(order: RepairOrder) -> list[PartOfLine]:
    """Every part of the lines that stand: planned, offered or accepted, and neither declined nor taken back."""
    return [
        PartOfLine(line, part, order.supply.of(line.line_id, part.number))
        for line in order.standing_lines
        for part in line.parts
    ]


def asked(order: RepairOrder) -> list[Event]:
    """R9: what the order needs by now, if that is something else than was asked before. Called by whatever changes
    lines: the newest list holds, and what is not in it any more stays reserved nowhere."""
    needed = _summed(parts_of(order))
    if needed == order.parts_asked:
        return []
    order.parts_asked = needed
    return [LinePartsAsked(needed_by=order.promised_at, vehicle=order.vehicle, items=needed)]


def _summed(parts: Iterable[PartOfLine]) -> tuple[LinePart, ...]:
    pieces: dict[tuple[str, str], int] = {}
    for one in parts:
        key = (one.line.line_id, one.part.number)
        pieces[key] = pieces.get(key, 0) + one.part.quantity
    return tuple(LinePart(line_id=line, number=number, quantity=most) for (line, number), most in pieces.items())


def parts_told(order: RepairOrder, supplies: Sequence[PartSupply]) -> list[Event]:
    """R9: where parts stand. A missing part of authorised work that nobody agreed to wait for endangers the
    promise: the advisor asks the customer."""
    for supply in supplies:
        order.supply.told(supply, needed(order, supply))
    if order.supply.to_agree(order.agreement.authorised_lines):
        return order.endanger_promise(PromiseReason.PARTS)
    return []


def needed(order: RepairOrder, told: PartSupply) -> int:
    """Pieces of a part that its line needs; of one that came instead of another, as many as were told of."""
    line, known = order.known_lines.get(told.line_id), order.supply.of(told.line_id, told.number)
    named = pieces_of(line)[told.number] if line else 0
    return named or (known.pieces_with(told) if known else told.quantity)


def off_the_line(order: RepairOrder, told: PartSupply) -> bool:
    """R9, R10: whether a draft took this part off its line. What the stock says of it then, it said before it read the
    newer list. A part that came instead of another was never on the line."""
    line = order.known_lines.get(told.line_id)
    return told.number in order.supply.taken_off.get(told.line_id, ()) and not (line and pieces_of(line)[told.number])


def awaited(order: RepairOrder, accepted: Collection[str]) -> list[Event]:
    """R9: who accepts a line waits for its missing parts. R11, R15: one that comes after the promised time, or nobody
    knows when, endangers the promise, though its time stood in what he read."""
    agreed, missing = order.supply.agree(accepted), order.supply.missing(accepted)
    told: list[Event] = [announcements.parts_agreed(agreed)] if agreed else []
    if missing and later(latest(missing), order.promised_at):
        told += order.endanger_promise(PromiseReason.PARTS)
    return told


def agree_on_parts(order: RepairOrder, line_id: str) -> list[Event]:
    """R9: the customer was told when the parts come, and waits."""
    order.may_change()
    if not (awaited := order.supply.agree([line_id])):
        raise errors_prices.NothingToAgree(line_id)
    return [announcements.parts_agreed(awaited)]


def at_stock_prices(order: RepairOrder, lines: Iterable[WorkLine], said: Mapping[str, Money]) -> tuple[WorkLine, ...]:
    """R9, R10: the same lines with each part at the price the stock knows now, but for parts at the advisor's own
    price, which he ``said`` by number; for an estimate still to be issued."""
    known = {(one.line_id, one.number): one.price for one in order.supply.parts if one.price}

    def priced(line: WorkLine, part: PartLine) -> PartLine:
        own = said.get(part.number) == part.price
        return part if own else part.model_copy(update={"price": known.get((line.line_id, part.number), part.price)})

    return tuple(line.model_copy(update={"parts": tuple(priced(line, part) for part in line.parts)}) for line in lines)
