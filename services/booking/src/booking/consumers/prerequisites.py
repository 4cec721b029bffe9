"""What a fact builds on: without it the fact waits (it came before the one that brings the dealer)."""

from typing import Any

from chassis.facts import Fact, NotYet
from chassis.unit import Unit

from booking.domain.dealer import Dealer
from booking.storage.documents import DEALERS


async def needs_dealer(unit: Unit, fact: Fact[Any]) -> Dealer:
    """The fact's dealer. Raises ``NotYet`` until he is known."""
    dealer = await unit.find(DEALERS, fact.dealer_id)
    if dealer is None:
        raise NotYet(DEALERS, fact.dealer_id)
    return dealer
