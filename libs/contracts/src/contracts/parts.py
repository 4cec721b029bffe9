"""Facts the parts service announces about a visit's parts (P1-P6, B7, R9). Key: the visit id."""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.event import Event
from contracts.values import DealerId, LineId, Money, OpenEnum, UtcTime, Value

PartNumber = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Pieces = Annotated[int, Field(ge=1, le=999)]


class SupplyWay(OpenEnum):
    """How a short part comes: from another dealer, or by an order (R9)."""

    TRANSFER = "TRANSFER"
    ORDER = "ORDER"
    UNKNOWN = "UNKNOWN"


class OrderClass(OpenEnum):
    """Emergency orders are a class of their own (B7)."""

    NORMAL = "NORMAL"
    EMERGENCY = "EMERGENCY"
    UNKNOWN = "UNKNOWN"


class ReservedPart(Value):
    """Pieces kept for the visit. ``line_id`` is None for a booking, whose lines are not numbered yet."""

    line_id: LineId | None = None
    number: PartNumber
    quantity: Pieces
    price: Money | None = None
    """For one piece, as the stock knows it now (R9)."""


class ShortPart(Value):
    """Pieces that are missing, and how they would come. ``eta`` is None while nobody knows."""

    line_id: LineId | None = None
    number: PartNumber
    missing: Pieces
    way: SupplyWay
    order_class: OrderClass = OrderClass.NORMAL
    from_dealer: DealerId | None = None
    """Who would hand the part over, for a transfer."""
    eta: UtcTime | None = None
    price: Money | None = None


class PartsReserved(Event):
    """These pieces are on the shelf and kept for the visit (P5, R9)."""

    items: tuple[ReservedPart, ...]


class PartsShort(Event):
    """These pieces are not there (P6, R9): they are transferred or ordered once the customer agreed."""

    items: tuple[ShortPart, ...]


class PartsEtaChanged(Event):
    """A missing part is expected at another time (P6)."""

    line_id: LineId | None = None
    number: PartNumber
    previous: UtcTime | None = None
    eta: UtcTime


class PartsArrived(Event):
    """A missing part came and is kept for the visit (P6)."""

    line_id: LineId | None = None
    number: PartNumber
    quantity: Pieces


class PartsReleased(Event):
    """Nothing of this is kept for the visit any more (R9). Without ``lines``: nothing at all."""

    lines: tuple[LineId, ...] = ()
    reason: str
