"""What a fact builds on: without it the fact waits (it came before the one that brings the customer or the dealer)."""

from typing import Any

from chassis.facts import Fact, NotYet
from chassis.unit import Unit

from crm.storage.customers import CUSTOMERS, speaking_customer
from crm.storage.dealers import DEALERS


async def needs_customer(unit: Unit, fact: Fact[Any], person_id: str) -> None:
    """Raises ``NotYet`` until dealer and customer are known."""
    if await unit.find(DEALERS, fact.dealer_id) is None:
        raise NotYet(DEALERS, fact.dealer_id)
    if await speaking_customer(unit, person_id) is None:
        raise NotYet(CUSTOMERS, person_id)
