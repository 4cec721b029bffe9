"""Headquarters' facts: which dealers there are (H1)."""

from chassis.consumer import Handlers
from chassis.facts import Fact
from chassis.unit import Unit
from contracts.headquarters import DealerChanged, DealerRegistered

from workshop.domain.dealer import Dealer
from workshop.storage.dealers import DEALERS


async def on_dealer_registered(unit: Unit, fact: Fact[DealerRegistered]) -> None:
    """A change carries the whole new registration and is taken the same way."""
    told = fact.event
    dealer = await unit.find(DEALERS, fact.dealer_id)
    if dealer is None:
        unit.add(DEALERS, Dealer(fact.dealer_id, told.name, told.zone))
        return
    dealer.name, dealer.zone = told.name, told.zone
    unit.save(DEALERS, dealer)


HANDLERS: Handlers = {DealerRegistered: on_dealer_registered, DealerChanged: on_dealer_registered}
