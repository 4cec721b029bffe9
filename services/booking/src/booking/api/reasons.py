"""Why an offer stands where it stands, in words (B2, X4)."""

from collections.abc import Callable
from typing import Any

from chassis.texts import Said

REASON_TEXTS = {
    "DISTANCE": "{minutes} minutes from the wanted time",
    "SLOT_LOAD": "the reception slot would be {percent} % taken",
    "HOUR_LOAD": "{percent} % of the day's hours would come within an hour",
    "DAY_LOAD": "the day would be {percent} % full",
    "OWN_ADVISOR": "the customer's own advisor is free",
    "OTHER_ADVISOR": "the customer's own advisor is not free",
    "LEAST_BUSY_ADVISOR": "received by whoever has fewest vehicles",
}


def with_words(offer: dict[str, Any], say: Callable[..., Any] | None = None) -> dict[str, Any]:
    """The offer with a text beside each reason: said now, or later by who knows the caller's language."""
    say = say or (lambda text, **values: Said(text, values))
    return {**offer, "why": [{**reason, "text": _text(reason, say)} for reason in offer["why"]]}


def _text(reason: dict[str, Any], say: Callable[..., Any]) -> Any:
    value = reason["value"]
    return say(REASON_TEXTS[reason["code"]], minutes=round(value), percent=round(100 * value))
