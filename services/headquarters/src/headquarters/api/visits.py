"""Visits of a dealer's day and the story of one of them (X2, X6)."""

from typing import Annotated

from chassis.access import Look, reader
from chassis.paging import Listing, Page, paging
from contracts.values import Day, DealerId, VisitId
from fastapi import APIRouter, Depends, Query

from headquarters.api.roles import DEALERSHIP
from headquarters.api.visit_bodies import StoryLine, VisitAnswer
from headquarters.projections.visit_facts import story
from headquarters.projections.visits import VISITS, visits_of_day

router = APIRouter(prefix="/dealers/{dealer_id}/visits", tags=["visits"])


@router.get("", response_model=Listing[VisitAnswer], summary="Visits of a day with their seven steps (X2)")
async def list_visits(
    dealer_id: DealerId,
    day: Annotated[Day, Query(description="A day of the dealer's calendar", examples=["2025-06-23"])],
    look: Annotated[Look, Depends(reader(*DEALERSHIP))],
    page: Annotated[Page, Depends(paging)],
) -> Listing[VisitAnswer]:
    """Those that arrived on the day, or were to arrive on it and have not come."""
    found = await visits_of_day(look.unit, dealer_id, day, limit=page.limit + 1, after=page.after)
    return page.listing(found, VisitAnswer.of, key=lambda visit: visit.visit_id)


@router.get("/{visit_id}", response_model=VisitAnswer, summary="One visit with its seven steps (X2)")
async def read_visit(
    dealer_id: DealerId, visit_id: VisitId, look: Annotated[Look, Depends(reader(*DEALERSHIP))]
) -> VisitAnswer:
    """A step not reached yet is null."""
    return VisitAnswer.of(await look.unit.get(VISITS, visit_id))


@router.get("/{visit_id}/story", response_model=Listing[StoryLine], summary="A visit's story over all services (X2)")
async def read_story(
    dealer_id: DealerId,
    visit_id: VisitId,
    look: Annotated[Look, Depends(reader(*DEALERSHIP))],
    page: Annotated[Page, Depends(paging)],
) -> Listing[StoryLine]:
    """Every fact in business time: who, what, in which service, and the trace to follow it by (X6)."""
    await look.unit.get(VISITS, visit_id)
    lines = await story(look.unit, dealer_id, visit_id, limit=page.limit + 1, after=page.after)
    return page.listing(lines, StoryLine.of, key=lambda line: line.order)
