"""R10: the parts of a repair order as technician and parts clerk drafted them by number, for the advisor to confirm."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contracts.reception import DraftedPart
from contracts.values import Money, PartLine, WorkLine

from reception.domain import errors_prices as errors
from reception.domain.price_list import PriceList


@dataclass(frozen=True)
class PartsDraft:
    """The newest draft of one order, which took the place of the one before."""

    number: int
    items: tuple[DraftedPart, ...]
    by: str
    at: datetime


@dataclass(frozen=True)
class Confirmation:
    """The advisor takes the parts of draft ``draft`` in, as he read it. By part number, his own word: ``prices`` (for a
    piece) go before price list and stock; ``lines`` are for what the draft leaves open."""

    draft: int
    prices: Mapping[str, Money] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)

    def of(self, draft: PartsDraft | None) -> PartsDraft:
        """The order's draft, if it is the one that was read. Raises ``PartsDraftMissing``, ``PartsDraftChanged``,
        ``PartsNotDrafted``."""
        if draft is None:
            raise errors.PartsDraftMissing
        if draft.number != self.draft:
            raise errors.PartsDraftChanged(draft.number)
        if strange := {*self.prices, *self.lines} - {part.number for part in draft.items}:
            raise errors.PartsNotDrafted(strange)
        return draft


@dataclass(frozen=True)
class PricedPart:
    """A drafted part. ``line_id``: None where it names no line that there is; ``price``: for a piece, None where nobody
    knows it; ``listed``: the price list has it."""

    part: DraftedPart
    line_id: str | None
    name: str
    price: Money | None
    listed: bool


def priced(
    draft: PartsDraft, lines: Sequence[WorkLine], listed: PriceList | None, told: Confirmation | None = None
) -> list[PricedPart]:
    """Each drafted part with its line among these and its price. ``listed``: the price list in force, if any."""
    told = told or Confirmation(draft.number)
    return [_priced(part, _placed(part, lines, told), listed, told) for part in draft.items]


def taken_in(
    draft: PartsDraft, lines: Sequence[WorkLine], listed: PriceList | None, told: Confirmation
) -> tuple[WorkLine, ...]:
    """The lines with the drafted parts, which are all that a line gets that has any; the others stay as they are.
    Raises ``DraftedPartsUnplaced``, ``DraftedPartsUnpriced``."""
    parts = priced(draft, lines, listed, told)
    if unplaced := {one.part.number for one in parts if one.line_id is None}:
        raise errors.DraftedPartsUnplaced(unplaced)
    if unpriced := {one.part.number for one in parts if one.price is None}:
        raise errors.DraftedPartsUnpriced(unpriced)
    return tuple(_with_parts(line, parts) for line in lines)


def by_the_list(draft: PartsDraft, told: Confirmation) -> bool:
    """Whether the price list said any price of a draft that was taken in."""
    return any(part.number not in told.prices for part in draft.items)


def _priced(part: DraftedPart, line: WorkLine | None, listed: PriceList | None, told: Confirmation) -> PricedPart:
    known = listed.part(part.number, part.condition, line.operation if line else "") if listed else None
    price = told.prices.get(part.number) or (known.price if known else None)
    name = part.name or (known.name if known else "")
    return PricedPart(part, line.line_id if line else None, name, price, known is not None)


def _placed(part: DraftedPart, lines: Sequence[WorkLine], told: Confirmation) -> WorkLine | None:
    """By the draft, else by the advisor: other pieces of the same number may stand on a line already."""
    said = told.lines.get(part.number)
    return _line_of(part.line, lines) or (_line_of(said, lines) if said else None)


def _line_of(named: str, lines: Sequence[WorkLine]) -> WorkLine | None:
    """The line with this id, else the only one of this operation; what names none belongs to the only line."""
    found = [line for line in lines if line.line_id == named]
    found = found or [line for line in lines if named in ("", line.operation)]
    return found[0] if len(found) == 1 else None


def _with_parts(line: WorkLine, parts: Iterable[PricedPart]) -> WorkLine:
    drafted = tuple(
        PartLine(
            number=one.part.number,
            name=one.name or one.part.number,
            quantity=one.part.quantity,
            price=one.price,
            condition=one.part.condition,
        )
        for one in parts
        if one.line_id == line.line_id and one.price
    )
    return line.model_copy(update={"parts": drafted}) if drafted else line
