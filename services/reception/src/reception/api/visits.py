"""/dealers/{dealer_id}/visits: what stands at the counter and in the house."""

from typing import Annotated, Any

from chassis.paging import Listing, Page, paging
from contracts.values import Day
from fastapi import APIRouter, Depends, Query

from reception.api.door import Dealer, Reader, Spoken, Visit
from reception.api.shown import VisitOut, VisitRow
from reception.storage.collections import REPAIR_ORDERS, VISITS

router = APIRouter(tags=["visits"])


@router.get("/dealers/{dealer_id}/visits", response_model=Listing[VisitRow], summary="Visits by arrival (R1)")
async def list_visits(
    dealer_id: Dealer,
    look: Reader,
    page: Annotated[Page, Depends(paging)],
    day: Annotated[Day | None, Query(description="Only those that arrived on this day of the dealer's")] = None,
) -> Listing[VisitRow]:
    """Oldest first, with the state of each."""
    wanted: dict[str, Any] = {} if day is None else {"day": day}
    if page.after:
        wanted["listed_as"] = {"$gt": page.after}
    visits = await look.unit.query(VISITS, wanted, sort=[("listed_as", 1)], limit=page.limit + 1)
    ids = [visit.visit_id for visit in visits]
    orders = await look.unit.query(REPAIR_ORDERS, {"visit_id": {"$in": ids}}, limit=len(ids) or 1)
    by_visit = {order.visit_id: order for order in orders}
    return page.listing(
        visits,
        lambda visit: VisitRow.of(visit, by_visit.get(visit.visit_id)),
        key=lambda visit: visit.listed_as,
    )


@router.get(
    "/dealers/{dealer_id}/visits/{visit_id}", response_model=VisitOut, summary="One visit with its repair order"
)
async def read_visit(dealer_id: Dealer, visit_id: Visit, look: Reader, words: Spoken) -> VisitOut:
    """Personal values are opened for this answer only; null once a person was erased. `ETag`: the visit's version."""
    visit = await look.unit.get(VISITS, visit_id)
    order = await look.unit.find(REPAIR_ORDERS, visit_id)
    look.etag(VISITS, visit_id)
    return await VisitOut.opened(look.unit, visit, order, words)
