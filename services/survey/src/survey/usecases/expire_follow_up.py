"""The time to answer is over (V7)."""

from datetime import datetime

from chassis.unit import Unit

from survey.storage.invitations import INVITATIONS


async def expire_follow_up(unit: Unit, visit_id: str, due: datetime) -> None:
    """Ends the follow-up without an answer; ``due`` is when the link ended."""
    invitation = await unit.get(INVITATIONS, visit_id)
    unit.save(INVITATIONS, invitation, invitation.expire())
