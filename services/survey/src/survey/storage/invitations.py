"""Where invitations are kept."""

from typing import Any

from chassis.documents import Documents
from chassis.unit import Unit
from contracts.survey import FollowUpMethod

from survey.domain.invitation import Invitation, State

INVITATIONS = Documents(
    "invitations",
    "invitation",
    Invitation,
    id_of=lambda invitation: invitation.visit_id,
    timers=lambda invitation: invitation.timers(),
    indexes=[("state", "order"), ("order",), ("asked_at",)],
)


async def invitations_by_due_time(
    unit: Unit,
    dealer_id: str,
    state: State | None,
    method: FollowUpMethod | None,
    *,
    limit: int,
    after: str | None = None,
) -> list[Invitation]:
    """A dealer's invitations, those due first in front; only of one state or method where asked for."""
    wanted: dict[str, Any] = {"dealer_id": dealer_id}
    wanted |= {"state": state} if state else {}
    wanted |= {"method": method} if method else {}
    wanted |= {"order": {"$gt": after}} if after else {}
    return await unit.query(INVITATIONS, wanted, sort=[("order", 1)], limit=limit)
