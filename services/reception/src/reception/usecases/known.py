"""What use cases look up, with refusals that tell what to do."""

from chassis.texts import words_of
from chassis.unit import Unit

from reception.domain.dealer import Dealer
from reception.domain.errors import DealerUnknown, RepairOrderMissing
from reception.domain.repair_order import RepairOrder
from reception.domain.shown_text import Say
from reception.storage.collections import DEALERS, REPAIR_ORDERS, VISITS


async def dealer_of(unit: Unit, dealer_id: str) -> Dealer:
    """The dealer as headquarters registered it. Raises ``DealerUnknown``."""
    dealer = await unit.find(DEALERS, dealer_id)
    if dealer is None:
        raise DealerUnknown(dealer_id)
    return dealer


async def order_of(unit: Unit, visit_id: str) -> RepairOrder:
    """The visit's repair order. Raises ``RepairOrderMissing`` for a visit without one, ``Unknown`` without a visit."""
    order = await unit.find(REPAIR_ORDERS, visit_id)
    if order is None:
        await unit.get(VISITS, visit_id)
        raise RepairOrderMissing
    return order


def say_to(dealer: Dealer) -> Say:
    """Texts for the dealer's customers, in their language (X4)."""
    return words_of(dealer.language, "reception").say
