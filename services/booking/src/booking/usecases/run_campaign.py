"""Headquarters launched a campaign, or changed its words (B5)."""

from chassis.unit import Unit

from booking.domain.campaign import Campaign
from booking.storage.documents import CAMPAIGNS


async def run_campaign(unit: Unit, campaign: Campaign) -> None:
    """The newest words hold."""
    known = await unit.find(CAMPAIGNS, CAMPAIGNS.id_of(campaign))
    if known is None:
        unit.add(CAMPAIGNS, campaign)
        return
    vars(known).update(vars(campaign))
    unit.save(CAMPAIGNS, known)
