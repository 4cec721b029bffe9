"""/dealers/{dealer_id}/satisfaction: how customers answered (V3)."""

from dataclasses import asdict
from typing import Annotated

from chassis.access import Look, reader
from contracts.values import Day, DealerId
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from survey.projections.satisfaction import satisfaction_of
from survey.storage.dealers import known_dealer

router = APIRouter(tags=["satisfaction"])


class SatisfactionOut(BaseModel):
    """Of the customers asked in the period. Rates 0 to 1, scores 0 to 100; null where there is nothing to divide by."""

    dealer_id: str
    asked: int = Field(description="Without those whose contact was withheld")
    answered: int
    expired: int
    withheld: int
    response_rate: float | None
    mean_score: float | None
    satisfied_rate: float | None
    very_satisfied_rate: float | None


@router.get("/dealers/{dealer_id}/satisfaction", response_model=SatisfactionOut, summary="Satisfaction (V3)")
async def read_satisfaction(
    dealer_id: DealerId,
    first: Annotated[Day, Query(alias="from", examples=["2025-06-23"])],
    last: Annotated[Day, Query(alias="to", examples=["2025-06-29"])],
    look: Annotated[Look, Depends(reader("advisor", "agent", "manager", "area_manager", "headquarters"))],
) -> SatisfactionOut:
    """Days of the dealer's calendar on which customers were asked, both included, at most 92 days."""
    dealer = await known_dealer(look.unit, dealer_id)
    found = await satisfaction_of(look.unit, dealer, first, last)
    return SatisfactionOut(dealer_id=dealer_id, **asdict(found))
