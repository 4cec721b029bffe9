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
