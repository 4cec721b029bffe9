"""What became of the contact that a follow-up asked for (C4)."""

from datetime import datetime

from chassis.unit import Unit
from contracts.values import Channel

from survey.storage.invitations import INVITATIONS


async def record_contact_made(unit: Unit, visit_id: str, *, at: datetime, channel: Channel) -> None:
    """The message left, or the call task stands."""
    invitation = await unit.get(INVITATIONS, visit_id)
    unit.save(INVITATIONS, invitation, invitation.invite(at=at, channel=channel))


async def record_contact_postponed(unit: Unit, visit_id: str, *, until: datetime, reason: str) -> None:
    """Not now: the gate comes back to it by itself."""
    invitation = await unit.get(INVITATIONS, visit_id)
    unit.save(INVITATIONS, invitation, invitation.postpone(until=until, reason=reason))


async def record_contact_withheld(unit: Unit, visit_id: str, *, reason: str) -> None:
    """Never: the follow-up ends."""
    invitation = await unit.get(INVITATIONS, visit_id)
    unit.save(INVITATIONS, invitation, invitation.withhold(reason=reason))
