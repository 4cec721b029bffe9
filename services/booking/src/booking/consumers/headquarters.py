"""What booking learns from headquarters: which dealers there are."""

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.headquarters import DealerChanged, DealerRegistered

from booking.domain.dealer import Dealer
from booking.usecases.register_dealer import register_dealer


async def on_dealer_registered(unit: Unit, fact: Fact[DealerRegistered]) -> None:
    await register_dealer(unit, dealer_of(fact.dealer_id, fact.event))


async def on_dealer_changed(unit: Unit, fact: Fact[DealerChanged]) -> None:
    await register_dealer(unit, dealer_of(fact.dealer_id, fact.event))


def dealer_of(dealer_id: str, registration: DealerRegistered) -> Dealer:
    """A dealer as booking knows it; a change carries the whole registration."""
    return Dealer(
        dealer_id=dealer_id,
        name=registration.name,
        zone=registration.zone,
        currency=registration.currency,
        opening_hours=registration.opening_hours,
        slot_minutes=registration.slot_minutes,
        advisors=registration.advisors,
        no_show_grace_minutes=registration.no_show_grace_minutes,
        reminder_hours_before=registration.reminder_hours_before,
        area=registration.area,
        group=registration.group,
    )


HANDLERS = {DealerRegistered: on_dealer_registered, DealerChanged: on_dealer_changed}
