"""Parts of the planned work as they are sent and shown (B7)."""

from collections.abc import Sequence
from datetime import datetime

from contracts.booking import AskedPart
from contracts.parts import OrderClass, PartNumber, Pieces
from contracts.values import UtcTime
from pydantic import BaseModel, Field

from booking.api.words import Body
from booking.domain.parts_check import PartsCheck, PartState


class PartBody(Body):
    """Pieces of one number from the parts catalogue."""

    number: PartNumber
    quantity: Pieces = 1


class PartOut(BaseModel):
    """Where one part stands: LATE and UNAVAILABLE (nobody knows when) ask for a call to the customer."""

    number: str
    quantity: int
    kept: int = Field(description="Pieces on the shelf for this visit")
    state: PartState
    eta: UtcTime | None = None
    order_class: OrderClass

    @classmethod
    def all_of(cls, check: PartsCheck, arrival: datetime) -> "list[PartOut]":
        return [cls(**vars(item), state=item.state(arrival)) for item in check.items]


def asked(bodies: Sequence[PartBody]) -> tuple[AskedPart, ...]:
    """The list as it is asked for; a number that stands on it twice is needed twice."""
    pieces: dict[str, int] = {}
    for body in bodies:
        pieces[body.number] = min(999, pieces.get(body.number, 0) + body.quantity)
    return tuple(AskedPart(number=number, quantity=quantity) for number, quantity in pieces.items())
