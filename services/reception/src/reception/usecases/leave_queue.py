"""R1: a customer whom nobody greeted goes, or is back: he leaves the queue by hand, and may stand in it again."""

from dataclasses import dataclass

from chassis.unit import Unit

from reception.domain.errors import CustomerAttended, QueueOver
from reception.domain.visit import Visit
from reception.domain.waiting import LeaveReason, queue_since
from reception.storage.collections import REPAIR_ORDERS, VISITS
from reception.usecases.known import dealer_of


@dataclass(frozen=True)
class LeaveQueue:
    """He went, and why."""

    visit_id: str
    reason: LeaveReason


@dataclass(frozen=True)
class ReturnToQueue:
    """He came back, or was taken for somebody who went."""

    visit_id: str


async def leave_queue(unit: Unit, command: LeaveQueue) -> Visit:
    """Raises ``CustomerAttended``, ``CustomerLeft``, ``QueueOver``."""
    visit = await _of_this_queue(unit, command.visit_id)
    # Of an order that an earlier release opened the visit itself does not know.
    if await unit.find(REPAIR_ORDERS, command.visit_id):
        raise CustomerAttended
    unit.save(VISITS, visit, visit.leave(command.reason, unit.actor, unit.now))
    return visit


async def return_to_queue(unit: Unit, command: ReturnToQueue) -> Visit:
    """Raises ``CustomerDidNotLeave``, ``QueueOver``."""
    visit = await _of_this_queue(unit, command.visit_id)
    unit.save(VISITS, visit, visit.come_back(unit.now))
    return visit


async def _of_this_queue(unit: Unit, visit_id: str) -> Visit:
    visit = await unit.get(VISITS, visit_id)
    dealer = await dealer_of(unit, visit.dealer_id)
    if visit.arrived_at < queue_since(dealer, unit.now):
        raise QueueOver
    return visit
