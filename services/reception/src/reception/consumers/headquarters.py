"""Which dealers there are (H1)."""

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.headquarters import DealerChanged, DealerRegistered

from reception.domain.dealer import Dealer
from reception.storage.collections import DEALERS


async def on_dealer_registered(unit: Unit, fact: Fact[DealerRegistered]) -> None:
    """Also for a change: it carries the whole new registration."""
    event = fact.event
    known = await unit.find(DEALERS, fact.dealer_id)
    dealer = known or Dealer(fact.dealer_id, event.name, event.name_zh, event.zone, event.currency, (), ())
    dealer.name, dealer.name_zh = event.name, event.name_zh
    dealer.zone, dealer.currency = event.zone, event.currency
    dealer.opening_hours, dealer.advisors = event.opening_hours, event.advisors
    (unit.save if known else unit.add)(DEALERS, dealer)


HANDLERS = {DealerRegistered: on_dealer_registered, DealerChanged: on_dealer_registered}
