"""Offers of slots (B2)."""

from datetime import UTC, date, datetime, time
from typing import Annotated

from chassis.access import Look, reader
from contracts.values import Day, StaffId, TechnicianHours, UtcTime
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from booking.api.words import DESK, BookableClass, Code, DealerPath, Hours, policy
from booking.domain.dealer import Dealer
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.storage.days import known_dealer
from booking.usecases.offer_slots import OfferSlots, offer_told
from booking.usecases.offer_slots import offer_slots as do_offer

router = APIRouter(tags=["offers"])


class OfferOut(BaseModel):
    """A slot that can be had at this moment; only holding it takes it."""

    arrival: datetime
    local: str = Field(description="The arrival on the dealer's clock", examples=["2025-06-23T08:15+08:00"])
    advisor: StaffId
    load: float = Field(description="0 to 1: how loaded slot, hour and day would be; less is better")


class OffersOut(BaseModel):
    """Best first. Never more than were asked for."""

    items: list[OfferOut]


@router.get("/dealers/{dealer_id}/offers", response_model=OffersOut)
async def offer_slots(
    dealer_id: DealerPath,
    work_class: Annotated[BookableClass, Query()],
    hours: Annotated[Hours, Query()],
    first: Annotated[Day, Query(alias="from", description="First day", examples=["2025-06-23"])],
    last: Annotated[Day | None, Query(alias="to", description="Last day; left out: the first")] = None,
    preferred: Annotated[UtcTime | None, Query(description="Wanted arrival; left out: as soon as possible")] = None,
    advisor: Annotated[Code | None, Query(description="Only slots of this advisor")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    look: Look = Depends(reader(*DESK)),
    rules: Policy = Depends(policy),
) -> OffersOut:
    """Free slots for so many hours of one class, ranked by preferred time and by the load they would make.

    Levelled: a quieter slot, hour or day comes before a busier one that is as near. At most 14 days at once.
    """
    dealer = await known_dealer(look.unit, dealer_id)
    wanted = preferred or max(look.unit.now, _begin(dealer, first))
    wish = Wish("", wanted, work_class, TechnicianHours.of(hours), advisor)
    _, found = await do_offer(look.unit, OfferSlots(dealer_id, wish, first, last or first, limit), rules)
    return OffersOut(items=[OfferOut(**offer_told(offer, dealer)) for offer in found])


def _begin(dealer: Dealer, day: date) -> datetime:
    return datetime.combine(day, time(0), dealer.tz).astimezone(UTC)
