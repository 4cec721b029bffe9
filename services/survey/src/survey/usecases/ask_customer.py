"""The follow-up falls due: the customer is to be asked, through the contact gate (V1, C4)."""

from dataclasses import dataclass

from chassis.unit import Unit

from survey.domain.follow_up import FollowUpPolicy
from survey.questionnaires import newest
from survey.storage.invitations import INVITATIONS

LINK_PURPOSE = "survey"


@dataclass(frozen=True, slots=True)
class AskCustomer:
    """``link_base``: the address before a link's token."""

    visit_id: str
    policy: FollowUpPolicy
    link_base: str


async def ask_customer(unit: Unit, command: AskCustomer) -> None:
    """Announces that the customer is to be asked, with his sealed personal link."""
    invitation = await unit.get(INVITATIONS, command.visit_id)
    expires_at = command.policy.expires_at(unit.now)
    token = unit.sign_link(LINK_PURPOSE, invitation.dealer_id, invitation.visit_id, expires_at)
    link = await unit.seal(invitation.customer.person_id, f"{command.link_base}{token}")
    questionnaire = newest(command.policy.questionnaire)
    unit.save(INVITATIONS, invitation, invitation.fall_due(questionnaire, command.policy, link=link, at=unit.now))
