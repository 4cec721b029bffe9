"""Offers of slots (B2)."""

from datetime import datetime
from typing import Annotated

from chassis.access import Look, reader
from chassis.texts import Words, words
from contracts.values import Day, StaffId, TechnicianHours, UtcTime, Vin
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from booking.api.reasons import with_words
from booking.api.words import DESK, BookableClass, Code, DealerPath, Hours, Need, policy
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.usecases.offer_slots import OfferSlots, dealer_to_search, last_advisor, offer_told
from booking.usecases.offer_slots import offer_slots as do_offer

router = APIRouter(tags=["offers"])


class ReasonOut(BaseModel):
    """Why an offer stands where it stands. The fewer minutes in all, the better the offer."""

    code: str = Field(description="DISTANCE, SLOT_LOAD, HOUR_LOAD, DAY_LOAD, OWN_ADVISOR, OTHER_ADVISOR, LEAST_BUSY_…")
    value: float = Field(description="Minutes from the wanted time, or a load from 0 to 1")
    minutes: float
    text: str = Field(description="The same in the language asked for by Accept-Language")


class OfferOut(BaseModel):
    """A slot that can be had at this moment; only holding it takes it."""

    arrival: datetime
    local: str = Field(description="The arrival on the dealer's clock", examples=["2025-06-23T08:15+08:00"])
    advisor: StaffId
    load: float = Field(description="0 to 1: how loaded slot, hour and day would be; less is better")
    why: list[ReasonOut] = Field(description="The ranking's reasons; their minutes add up to the place in the list")


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
    preferred_advisor: Annotated[Code | None, Query(description="First where free, others after")] = None,
    vin: Annotated[Vin | None, Query(description="Who received this vehicle last comes first")] = None,
    needs: Annotated[list[Need] | None, Query(description="Qualifications the work asks for: HIGH_VOLTAGE")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    look: Look = Depends(reader(*DESK)),
    rules: Policy = Depends(policy),
    told: Words = Depends(words),
) -> OffersOut:
    """Free slots for so many hours of one class, ranked by preferred time and by the load they would make.

    Levelled: a quieter slot, hour or day comes before a busier one that is as near. The customer's own advisor comes
    first: the wished one, then who received the vehicle last. At most 31 days at once.
    """
    dealer = await dealer_to_search(look.unit, dealer_id, first, last or first, rules)
    wanted = preferred or max(look.unit.now, dealer.begin_of(first))
    own = tuple(dict.fromkeys(one for one in (preferred_advisor, await last_advisor(look.unit, dealer_id, vin)) if one))
    wish = Wish("", wanted, work_class, TechnicianHours.of(hours), advisor, preferred=own, needs=tuple(needs or ()))
    found = await do_offer(look.unit, OfferSlots(dealer_id, wish, first, last or first, limit), rules)
    return OffersOut(items=[OfferOut(**with_words(offer_told(offer, dealer), told.say)) for offer in found])
