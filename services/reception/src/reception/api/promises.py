"""/dealers/{dealer_id}/visits/{visit_id}/promise: a time to agree on, explained (R11)."""

from collections import defaultdict
from datetime import datetime

from contracts.values import NO_HOURS, TechnicianHours, WorkClass
from fastapi import APIRouter
from pydantic import BaseModel

from reception.api.door import Dealer, Network, Reader, Visit
from reception.domain.promise import Obstacle, PromisePart, propose
from reception.domain.repair_order import RepairOrder
from reception.domain.supply import latest
from reception.storage.collections import WORKLOADS
from reception.usecases.known import dealer_of, order_of

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["repair order"])


class ProposalOut(BaseModel):
    """`obstacles`: what the start waits for, and until when; `parts`: the minutes from the start on."""

    promised_at: datetime
    starts_at: datetime
    obstacles: list[Obstacle]
    parts: list[PromisePart]
    now_promised: datetime
    parts_without_date: list[str]
    """Lines with missing parts of which nobody knows when they come: no time can be promised for these."""


@router.get("/promise", response_model=ProposalOut, summary="Propose a time, explained (R11)")
async def propose_promise(dealer_id: Dealer, visit_id: Visit, look: Reader, policy: Network) -> ProposalOut:
    """By the work that is left, missing parts, and how full the workshop is; a booked visit's hours stand in the
    workshop's load already, so only its parts count. Agree on it with the customer, then post `…/promised-time`."""
    order = await order_of(look.unit, visit_id)
    dealer = await dealer_of(look.unit, dealer_id)
    taken = order.booked or bool(order.agreement.authorised_lines)
    today = dealer.day_of(look.unit.now)
    loads = [] if taken else await look.unit.query(WORKLOADS, {"day": {"$gte": today}}, sort=[("day", 1)], limit=400)
    left = _left(order)
    missing = order.supply.missing(left)
    proposal = propose(look.unit.now, _hours(order, left), dealer, policy, loads, latest(p for p in missing if p.eta))
    return ProposalOut(
        promised_at=proposal.promise.promised_at,
        starts_at=proposal.starts_at,
        obstacles=list(proposal.obstacles),
        parts=list(proposal.promise.parts),
        now_promised=order.promised_at,
        parts_without_date=sorted({part.line_id for part in missing if part.eta is None}),
    )


def _left(order: RepairOrder) -> set[str]:
    """Lines still to be done: authorised ones, or the plan as long as nothing is authorised."""
    lines = order.agreement.accepted_lines or {line.line_id: line for line in order.lines}
    return set(lines) - order.work.done


def _hours(order: RepairOrder, lines: set[str]) -> dict[WorkClass, TechnicianHours]:
    hours: dict[WorkClass, TechnicianHours] = defaultdict(lambda: NO_HOURS)
    for line_id in lines:
        line = order.known_lines[line_id]
        hours[line.work_class] += line.hours
    return dict(hours)
