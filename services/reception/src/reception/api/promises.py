"""/dealers/{dealer_id}/visits/{visit_id}/promise: a time to agree on, explained (R11)."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from reception.api.door import Dealer, Network, Reader, Visit
from reception.domain.promise import Obstacle, PromisePart, propose
from reception.domain.repair_order import RepairOrder
from reception.domain.supply import latest
from reception.usecases.known import dealer_of, order_of
from reception.usecases.promised import hours_of, proposed

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["repair order"])


class ProposalOut(BaseModel):
    """`obstacles`: what the work waits for, and until when; `parts`: the minutes from the start on."""

    promised_at: datetime
    starts_at: datetime
    obstacles: list[Obstacle]
    parts: list[PromisePart]
    now_promised: datetime
    parts_without_date: list[str]
    """Lines with missing parts of which nobody knows when they come: no time can be promised for these."""


@router.get("/promise", response_model=ProposalOut, summary="Propose a time, explained (R11)")
async def propose_promise(dealer_id: Dealer, visit_id: Visit, look: Reader, policy: Network) -> ProposalOut:
    """By the work that is left, missing parts, how full the workshop is, and who stands before: `queue` shares what is
    worked on already by the technicians of the day. A booked visit's hours are kept, so only its parts count; so it is
    with a walk-in's once he authorised work, and where the workshop was full, `now_promised` may rightly be later.
    Agree on it with the customer, then post `…/promised-time`."""
    order = await order_of(look.unit, visit_id)
    dealer = await dealer_of(look.unit, dealer_id)
    left = _left(order)
    hours = hours_of(order.known_lines[line_id] for line_id in left)
    missing = order.supply.missing(left)
    due = latest(part for part in missing if part.eta)
    if order.booked or order.agreement.authorised_lines:
        proposal = propose(look.unit.now, hours, dealer, policy, parts_due=due)
    else:
        proposal = await proposed(look.unit, dealer, policy, hours, due)
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
