"""What booking learns from headquarters: which dealers there are."""

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.headquarters import DealerChanged, DealerRegistered

from booking.usecases.register_dealer import register_dealer


async def on_dealer_registered(unit: Unit, fact: Fact[DealerRegistered]) -> None:
    await register_dealer(unit, fact.dealer_id, fact.event)


async def on_dealer_changed(unit: Unit, fact: Fact[DealerChanged]) -> None:
    await register_dealer(unit, fact.dealer_id, fact.event)


HANDLERS = {DealerRegistered: on_dealer_registered, DealerChanged: on_dealer_changed}
