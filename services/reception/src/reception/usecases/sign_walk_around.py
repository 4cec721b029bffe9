"""R5: the customer signs the walk-around."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.visit import Visit
from reception.storage.collections import VISITS


@dataclass(frozen=True)
class SignWalkAround:
    """``signature``: where the signature is kept."""

    visit_id: str
    signature: str


async def sign_walk_around(unit: Unit, command: SignWalkAround) -> Visit:
    """Raises ``WalkAroundIncomplete``, ``CheckInStopped``, ``CustomerLeft``."""
    visit = await unit.get(VISITS, command.visit_id)
    unit.save(VISITS, visit, visit.sign_walk_around(command.signature, unit.now))
    return visit
