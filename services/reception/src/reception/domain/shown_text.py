"""The text that a customer decides on, in his language (X4); its hash is kept as evidence (R12)."""

from collections.abc import Callable, Iterator
from datetime import datetime

from contracts.values import Money, PartCondition

from reception.domain.dealer import Dealer
from reception.domain.estimate import Estimate
from reception.domain.supply import PartSupply, Supply

_ALL_THERE = Supply()

Say = Callable[..., str]
"""Says an English sentence with its values in the customer's language."""

_CONDITION_TEXTS = {
    PartCondition.REMANUFACTURED: "remanufactured part",
    PartCondition.AFTERMARKET: "aftermarket part",
    PartCondition.USED: "used part",
}


def shown_text(estimate: Estimate, dealer: Dealer, plate: str, say: Say, supply: Supply = _ALL_THERE) -> str:
    """The estimate in words, with missing parts (R9) and parts that are not new ones of the maker (R18).

    The same estimate, dealer and supply always give the same text.
    """
    return "\n".join(_rows(estimate, dealer, plate, say, supply))


def diagnosis_text(limit: Money, dealer: Dealer, plate: str, say: Say) -> str:
    """R10: what the customer acknowledges while the estimate waits for the diagnosis."""
    follows = say(
        "{dealer}: the estimate for your vehicle {plate} follows once its fault is found",
        dealer=_name(dealer),
        plate=plate,
    )
    most = say(
        "Finding it costs at most: {amount}. No repair begins before you agree to its estimate.", amount=_money(limit)
    )
    return f"{follows}\n{most}"


def _rows(estimate: Estimate, dealer: Dealer, plate: str, say: Say, supply: Supply) -> Iterator[str]:
    title = {"dealer": _name(dealer), "version": estimate.version, "plate": plate}
    yield say("{dealer}: estimate {version} for your vehicle {plate}", **title)
    for line in estimate.lines:
        price = {"labour": _money(line.labour), "parts": _money(line.total - line.labour)}
        yield say("{title}: labour {labour}, parts {parts}", title=line.title, **price)
    yield from rows_of_parts(estimate, dealer, say, supply)
    if estimate.contingency.amount:
        yield say("Contingency (at most): {amount}", amount=_money(estimate.contingency))
    yield say("Total (never charged above): {amount}", amount=_money(estimate.total))
    if estimate.customer_pays != estimate.total:
        yield say("Of this you pay at most: {amount}", amount=_money(estimate.customer_pays))
    yield say("Nothing is worked on before you agree. Please accept or decline each line.")


def rows_of_parts(estimate: Estimate, dealer: Dealer, say: Say, supply: Supply) -> Iterator[str]:
    """What the customer has to know of the parts: which are not new ones of the maker (R18), which are missing (R9)."""
    for part in (part for line in estimate.lines for part in line.parts):
        if condition_text := _CONDITION_TEXTS.get(part.condition):
            named = {"number": part.number, "name": part.name, "condition": say(condition_text)}
            yield say("{number} {name}: {condition}", **named)
    for line_title, part in _missing(estimate, supply):
        eta = _day(part.eta, dealer) or say("at a time still to be told")
        yield say(
            "{title}: {number} is missing and expected {eta}; by accepting you agree to wait for it",
            title=line_title,
            number=part.number,
            eta=eta,
        )


def _name(dealer: Dealer) -> str:
    return dealer.name_zh if dealer.language == "zh" and dealer.name_zh else dealer.name


def _missing(estimate: Estimate, supply: Supply) -> list[tuple[str, PartSupply]]:
    return [(line.title, part) for line in estimate.lines for part in supply.missing([line.line_id])]


def _day(eta: datetime | None, dealer: Dealer) -> str:
    return dealer.day_of(eta).isoformat() if eta else ""


def _money(money: Money) -> str:
    return f"{money.amount // 100}.{money.amount % 100:02d} {money.currency}"
