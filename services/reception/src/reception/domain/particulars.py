"""R7: what a whole repair order says beside its lines: payer, address, the vehicle's dates, the signature."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.values import Sealed


class PaymentMethod(StrEnum):
    """How it will be paid (S2)."""

    CASH = "CASH"
    CARD = "CARD"
    ALIPAY = "ALIPAY"
    WECHAT_PAY = "WECHAT_PAY"
    TRANSFER = "TRANSFER"
    INVOICE = "INVOICE"


@dataclass(frozen=True)
class Particulars:
    """Each may stay unsaid. Names, addresses and numbers are sealed with the customer's key."""

    address: Sealed | None = None
    other_phones: tuple[Sealed, ...] = ()
    payer: Sealed | None = None
    """Who pays, where it is not the customer himself."""
    payment_method: PaymentMethod | None = None
    produced_on: date | None = None
    registered_on: date | None = None
    fuel_percent: int | None = None
    """As seen on the walk-around."""
    signature: str | None = None
    """Where the customer's signature under the order is kept."""


@dataclass(frozen=True)
class LineStory:
    """R18: concern → cause → correction of one line, as the advisor words it for the customer."""

    concern: str = ""
    cause: str = ""
    correction: str = ""
