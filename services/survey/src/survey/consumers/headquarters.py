"""Facts of headquarters: dealers (H1)."""

from chassis.consumer import Handlers
from chassis.facts import Fact
from chassis.unit import Unit
from contracts.headquarters import DealerChanged, DealerRegistered

from survey.domain.dealer import Dealer
from survey.storage.dealers import DEALERS


async def on_dealer_registered(unit: Unit, fact: Fact[DealerRegistered]) -> None:
    """A registration, or the whole of a changed one. Follow-ups planned already keep their time."""
    told = fact.event
    dealer = await unit.find(DEALERS, fact.dealer_id)
    if dealer is None:
        unit.add(
            DEALERS,
            Dealer(
                dealer_id=fact.dealer_id,
                name=told.name,
                name_zh=told.name_zh,
                zone_name=told.zone,
                follow_up_hours_after=told.follow_up_hours_after,
                area=told.area,
                group=told.group,
            ),
        )
        return
    dealer.name, dealer.name_zh, dealer.zone_name = told.name, told.name_zh, told.zone
    dealer.follow_up_hours_after = told.follow_up_hours_after
    dealer.area, dealer.group = told.area, told.group
    unit.save(DEALERS, dealer)


HANDLERS: Handlers = {DealerRegistered: on_dealer_registered, DealerChanged: on_dealer_registered}
