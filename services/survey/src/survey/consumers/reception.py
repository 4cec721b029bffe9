"""Facts of reception: deliveries (V1)."""

from chassis.consumer import Handlers
from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.reception import VehicleDelivered

from survey.storage.dealers import DEALERS
from survey.usecases.plan_follow_up import PlanFollowUp, plan_follow_up


async def on_vehicle_delivered(unit: Unit, fact: Fact[VehicleDelivered]) -> None:
    """Plans the follow-up from the delivery's business time. Waits for the dealer, whose choice the time is."""
    dealer = await unit.find(DEALERS, fact.dealer_id)
    if dealer is None:
        raise NotYet(DEALERS, fact.dealer_id)
    delivered = fact.event
    await plan_follow_up(
        unit,
        dealer,
        PlanFollowUp(
            visit_id=fact.visit_id or fact.key,
            customer=delivered.customer,
            plate=delivered.vehicle.plate,
            model=delivered.vehicle.model,
            advisor=delivered.advisor,
            delivered_at=fact.at,
            preferred_channel=delivered.follow_up.channel,
            from_hour=delivered.follow_up.from_hour,
            opinion_card_filled=delivered.opinion_card_filled,
        ),
    )


HANDLERS: Handlers = {VehicleDelivered: on_vehicle_delivered}
