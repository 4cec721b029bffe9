"""What booking learns from headquarters: which dealers there are, and which campaigns and regional offers run."""

from chassis.facts import Fact, NotYet
from chassis.unit import Unit
from contracts.headquarters import (
    CampaignDone,
    CampaignLaunched,
    DealerChanged,
    DealerRegistered,
    RegionalOfferMade,
    RegionalOfferWithdrawn,
)

from booking.domain.campaign import Campaign
from booking.domain.dealer import Dealer
from booking.domain.regional_offer import RegionalOffer
from booking.storage.documents import REGIONAL_OFFERS
from booking.usecases.make_regional_offer import make_regional_offer, withdraw_regional_offer
from booking.usecases.register_dealer import register_dealer
from booking.usecases.remember_visit import campaign_was_done
from booking.usecases.run_campaign import run_campaign


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
        name_zh=registration.name_zh,
    )


async def on_campaign_launched(unit: Unit, fact: Fact[CampaignLaunched]) -> None:
    """The booker sees it on the vehicles it concerns (B5)."""
    told = fact.event
    campaign = Campaign(
        dealer_id=fact.dealer_id,
        campaign_id=told.campaign_id,
        title=told.title,
        title_zh=told.title_zh,
        recall=told.recall,
        vehicles=told.vehicles,
        operations=told.operations,
        ends_on=told.ends_on,
    )
    await run_campaign(unit, campaign)


async def on_campaign_done(unit: Unit, fact: Fact[CampaignDone]) -> None:
    await campaign_was_done(unit, fact.dealer_id, fact.event.vin, fact.event.campaign_id)


async def on_regional_offer_made(unit: Unit, fact: Fact[RegionalOfferMade]) -> None:
    """The booker tells of it on its days (B5)."""
    told = fact.event
    offer = RegionalOffer(
        dealer_id=fact.dealer_id,
        offer_id=told.offer_id,
        title=told.title,
        title_zh=told.title_zh,
        first_day=told.first_day,
        last_day=told.last_day,
        models=told.models,
        operations=told.operations,
    )
    await make_regional_offer(unit, offer)


async def on_regional_offer_withdrawn(unit: Unit, fact: Fact[RegionalOfferWithdrawn]) -> None:
    id = f"{fact.dealer_id}:{fact.event.offer_id}"
    if await unit.find(REGIONAL_OFFERS, id) is None:
        raise NotYet(REGIONAL_OFFERS, id)
    await withdraw_regional_offer(unit, fact.dealer_id, fact.event.offer_id)


HANDLERS = {
    DealerRegistered: on_dealer_registered,
    DealerChanged: on_dealer_changed,
    CampaignLaunched: on_campaign_launched,
    CampaignDone: on_campaign_done,
    RegionalOfferMade: on_regional_offer_made,
    RegionalOfferWithdrawn: on_regional_offer_withdrawn,
}
