"""A vehicle was delivered: its customer is to be asked later (V1)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.unit import Unit
from contracts.values import Channel, Person

from survey.domain.dealer import Dealer
from survey.domain.follow_up import due_at
from survey.domain.invitation import Invitation
from survey.storage.invitations import INVITATIONS


@dataclass(frozen=True, slots=True)
class PlanFollowUp:
    visit_id: str
    customer: Person
    plate: str
    model: str
    advisor: str
    delivered_at: datetime
    preferred_channel: Channel | None
    from_hour: int | None
    opinion_card_filled: bool


async def plan_follow_up(unit: Unit, dealer: Dealer, command: PlanFollowUp) -> Invitation | None:
    """Plans the follow-up; None when a form was filled in at hand-over: nobody is asked twice for one visit."""
    if command.opinion_card_filled:
        return None
    known = await unit.find(INVITATIONS, command.visit_id)
    if known is not None:
        return known
    invitation = Invitation(
        visit_id=command.visit_id,
        dealer_id=dealer.dealer_id,
        customer=command.customer,
        plate=command.plate,
        model=command.model,
        advisor=command.advisor,
        delivered_at=command.delivered_at,
        preferred_channel=command.preferred_channel,
        from_hour=command.from_hour,
        due_at=due_at(
            command.delivered_at,
            hours_after=dealer.follow_up_hours_after,
            from_hour=command.from_hour,
            zone=dealer.zone,
        ),
    )
    unit.add(INVITATIONS, invitation)
    return invitation
