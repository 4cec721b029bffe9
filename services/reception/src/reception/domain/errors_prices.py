"""Refusals about price lists, parts and the diagnosis (R9, R10)."""

from collections.abc import Iterable

from reception.domain.errors import Kind, Refused


class PriceListMissing(Refused):
    """R10."""

    code = "price-list-missing"
    kind: Kind = "not-found"
    text = "No price list holds today: publish one at /price-lists, or write the lines out."


class PastPricesFrozen(Refused):
    """R10."""

    code = "past-prices-frozen"
    kind: Kind = "invalid"
    text = "A price list holds from today on at the earliest: what was quoted before stays as it was."


class MenuItemUnknown(Refused):
    """R10."""

    code = "menu-item-unknown"
    kind: Kind = "invalid"
    text = "Price list {version} has no menu item {code}: see /price-lists/current."

    def __init__(self, code: str, version: int) -> None:
        super().__init__({"version": version, "code": code})


class PriceMissing(Refused):
    """R10."""

    code = "labour-rate-missing"
    kind: Kind = "invalid"
    text = "The price list has no labour rate for {work_class}: publish one that has."

    def __init__(self, work_class: str) -> None:
        super().__init__({"work_class": work_class})


class NothingToEstimate(Refused):
    """R10."""

    code = "nothing-to-estimate"
    kind: Kind = "invalid"
    text = "The order has no lines yet: name lines or menu items for this estimate."


class PartsDraftMissing(Refused):
    """R10."""

    code = "parts-draft-missing"
    text = "Nobody drafted the parts of this order yet: have it done at /parts-draft, or issue without a draft."


class PartsDraftChanged(Refused):
    """R10."""

    code = "parts-draft-changed"
    text = "The parts were drafted anew since you read them: read /parts-draft again, and confirm draft {draft}."

    def __init__(self, draft: int) -> None:
        super().__init__(draft=draft)


class PartsNotDrafted(Refused):
    """R10."""

    code = "parts-not-drafted"
    kind: Kind = "invalid"
    text = "The draft has no parts {numbers}: see /parts-draft."

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(numbers=sorted(numbers))


class DraftedPartsUnplaced(Refused):
    """R10."""

    code = "drafted-parts-unplaced"
    kind: Kind = "invalid"
    text = (
        "The drafted parts {numbers} name no line of this estimate, or one of several: say in draft_parts which line "
        "they are for."
    )

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(numbers=sorted(numbers))


class DraftedPartsUnpriced(Refused):
    """R10."""

    code = "drafted-parts-unpriced"
    kind: Kind = "invalid"
    text = "The price list in force has no parts {numbers}: say in draft_parts what a piece costs."

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(numbers=sorted(numbers))


class DiagnosisNotPending(Refused):
    """R10."""

    code = "diagnosis-not-pending"
    text = "An estimate was issued already: the customer decides on that one."


class TextChanged(Refused):
    """R9, R12."""

    code = "text-changed"
    text = "The estimate reads differently by now, perhaps for its parts: show the new text, ask again."


class NothingToAgree(Refused):
    """R9."""

    code = "no-parts-to-agree-on"
    kind: Kind = "not-found"
    text = "No missing part of line {line_id} waits for the customer's word."

    def __init__(self, line_id: str) -> None:
        super().__init__({"line_id": line_id})


class LineBegun(Refused):
    """R9."""

    code = "line-begun"
    text = "Lines {lines} were begun in the workshop: they cannot be taken back any more."

    def __init__(self, lines: Iterable[str]) -> None:
        lines = sorted(lines)
        super().__init__(lines=lines)
