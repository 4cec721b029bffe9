"""Facts of headquarters: dealers (H1)."""

from chassis.consumer import Handlers
from chassis.facts import Fact
from chassis.unit import Unit
from contracts.headquarters import DealerChanged, DealerRegistered

from newservice.domain.dealer import Dealer
from newservice.storage.dealers import DEALERS


async def on_dealer_registered(unit: Unit, fact: Fact[DealerRegistered]) -> None:
    """A registration, or the whole of a changed one."""
    dealer = await unit.find(DEALERS, fact.dealer_id)
    if dealer is None:
        unit.add(DEALERS, Dealer(fact.dealer_id, fact.event.name, fact.event.zone))
        return
    dealer.name, dealer.zone = fact.event.name, fact.event.zone
    unit.save(DEALERS, dealer)


HANDLERS: Handlers = {DealerRegistered: on_dealer_registered, DealerChanged: on_dealer_registered}
