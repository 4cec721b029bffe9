"""Headquarters' facts: which dealers there are, on which clock, with which quiet hours (H1)."""

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.headquarters import DealerChanged, DealerRegistered

from crm.domain.dealer import Dealer
from crm.usecases.register_dealer import register_dealer


async def on_dealer_registered(unit: Unit, fact: Fact[DealerRegistered]) -> None:
    told = fact.event
    await register_dealer(
        unit,
        Dealer(
            dealer_id=fact.dealer_id,
            name=told.name,
            name_zh=told.name_zh,
            zone=told.zone,
            quiet_from=told.quiet_from,
            quiet_until=told.quiet_until,
            known_at=fact.at,
        ),
    )


HANDLERS = {DealerRegistered: on_dealer_registered, DealerChanged: on_dealer_registered}
