"""/dealers/{dealer_id}/visits/{visit_id}: contact data put right, covers and valuables, history (R2, R4)."""

from datetime import date, datetime
from typing import Annotated

from contracts.values import Plate
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from reception.api.answers import VisitAnswer
from reception.api.bodies import Body, CustomerBody
from reception.api.door import Counter, Dealer, Network, Reader, Visit
from reception.api.shown import VisitRow
from reception.domain.protection import Cover
from reception.domain.waiting import leavers, waiting_times
from reception.storage.collections import REPAIR_ORDERS, VISITS
from reception.usecases.correct_visit import CorrectVisit
from reception.usecases.correct_visit import correct_visit as correct
from reception.usecases.known import dealer_of
from reception.usecases.protect_vehicle import ProtectVehicle
from reception.usecases.protect_vehicle import protect_vehicle as protect

router = APIRouter(tags=["check-in"])
VISIT = "/dealers/{dealer_id}/visits/{visit_id}"


class CorrectionBody(Body):
    """Contact data first; the vehicle's model and odometer too. VIN and plate are read off the car (R5)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"customer": {"name": "Li Wei", "phone": "+86 138 0013 8001"}, "odometer_km": 20113}]
        },
    )

    customer: CustomerBody
    model: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    odometer_km: int | None = Field(None, ge=0, le=9_999_999)


@router.post(f"{VISIT}/correction", response_model=VisitAnswer, summary="Put customer and vehicle right (R2)")
async def correct_visit(dealer_id: Dealer, visit_id: Visit, body: CorrectionBody, call: Counter) -> Response:
    """Until there is a repair order; told to customer relations. 409 `repair-order-exists`."""
    wanted = CorrectVisit(dealer_id, visit_id, body.customer.name, body.customer.phone, body.model, body.odometer_km)
    return await call.perform(VISITS, visit_id, lambda unit: correct(unit, wanted), VisitAnswer.of)


class ValuableBody(Body):
    """Something the customer named; kept sealed."""

    what: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    kept_at: Annotated[str, StringConstraints(max_length=60)] = Field("", description="Empty: he took it with him")


class ProtectionBody(Body):
    """Covers put on before the customer's eyes, and what he answered about valuables; an empty list: there are none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "covers": ["SEAT", "STEERING_WHEEL", "FLOOR"],
                    "customer_present": True,
                    "valuables": [{"what": "Sunglasses", "kept_at": "safe 3"}],
                }
            ]
        },
    )

    covers: list[Cover] = Field(min_length=1, max_length=5)
    customer_present: bool
    valuables: list[ValuableBody] = Field(max_length=20)


@router.post(f"{VISIT}/protection", response_model=VisitAnswer, summary="Covers and valuables (R4)")
async def protect_vehicle(dealer_id: Dealer, visit_id: Visit, body: ProtectionBody, call: Counter) -> Response:
    """422 `covers-unseen`: the customer is to see them put on. 409 `customer-left`: post `…/return` first."""
    valuables = tuple((one.what, one.kept_at) for one in body.valuables)
    wanted = ProtectVehicle(visit_id, tuple(body.covers), body.customer_present, valuables)
    return await call.perform(VISITS, visit_id, lambda unit: protect(unit, wanted), VisitAnswer.of)


class ValuableOut(BaseModel):
    """Null: the person was erased."""

    what: str | None
    kept_at: str


class ProtectionOut(BaseModel):
    """What was covered and named; `at` is null before anybody asked."""

    covers: list[str]
    valuables: list[ValuableOut]
    at: datetime | None


@router.get(f"{VISIT}/protection", response_model=ProtectionOut, summary="What was covered and named (R4)")
async def read_protection(dealer_id: Dealer, visit_id: Visit, look: Reader) -> ProtectionOut:
    """For the hand-over: what the dealer keeps goes back."""
    told = (await look.unit.get(VISITS, visit_id)).protection
    if told is None:
        return ProtectionOut(covers=[], valuables=[], at=None)
    opened = [ValuableOut(what=await look.unit.open(one.what), kept_at=one.kept_at) for one in told.valuables]
    return ProtectionOut(covers=list(told.covers), valuables=opened, at=told.at)


class HistoryOut(BaseModel):
    """Newest first. `perhaps_rework`: the last visit was delivered less than 30 days ago; ask whether it held (W9)."""

    items: list[VisitRow]
    perhaps_rework: str | None


@router.get("/dealers/{dealer_id}/look-up", response_model=HistoryOut, summary="Visits of a plate (R2)")
async def look_up_plate(
    dealer_id: Dealer,
    look: Reader,
    policy: Network,
    plate: Annotated[Plate, Query(description="With or without blanks and dots")],
) -> HistoryOut:
    """Who comes with this plate: its visits at this dealer, at most 50."""
    return await _history(look, policy, {"vehicle.plate": plate})


@router.get(f"{VISIT}/history", response_model=HistoryOut, summary="Earlier visits of this vehicle (R2, R6)")
async def read_history(dealer_id: Dealer, visit_id: Visit, look: Reader, policy: Network) -> HistoryOut:
    """By its VIN, at this dealer, at most 50; a possible rework is flagged before the car is looked at (R3)."""
    visit = await look.unit.get(VISITS, visit_id)
    return await _history(look, policy, {"vehicle.vin": visit.vehicle.vin, "visit_id": {"$ne": visit_id}})


async def _history(look: Reader, policy: Network, wanted: dict) -> HistoryOut:
    visits = await look.unit.query(VISITS, wanted, sort=[("listed_as", -1)], limit=50)
    ids = [visit.visit_id for visit in visits]
    orders = await look.unit.query(REPAIR_ORDERS, {"visit_id": {"$in": ids}}, limit=len(ids) or 1)
    by_visit = {order.visit_id: order for order in orders}
    delivered = [order for order in orders if order.delivery]
    last = max(delivered, key=lambda order: order.delivery.at if order.delivery else order.opened_at, default=None)
    recent = last and last.delivery and (look.unit.now - last.delivery.at).days < policy.rework_days
    return HistoryOut(
        items=[VisitRow.of(visit, by_visit.get(visit.visit_id)) for visit in visits],
        perhaps_rework=last.visit_id if last and recent else None,
    )


class WaitingTimesOut(BaseModel):
    """How long the day's customers waited for their greeting, in seconds; null where nobody was greeted. `left`: who
    went before it and did not come back, with the mean of how long they had waited and how many for which reason."""

    day: date
    arrived: int
    greeted: int
    mean: int | None
    longest: int | None
    within_target_percent: int | None
    left: int
    left_mean: int | None
    left_reasons: dict[str, int]
    target: int


@router.get("/dealers/{dealer_id}/waiting-times", response_model=WaitingTimesOut, summary="How long they waited (R1)")
async def read_waiting_times(
    dealer_id: Dealer,
    look: Reader,
    policy: Network,
    day: Annotated[date | None, Query(description="Null: today at the dealer's place")] = None,
) -> WaitingTimesOut:
    """From arrival to greeting; who left before it counts apart, and who was not greeted yet as arrived only."""
    dealer = await dealer_of(look.unit, dealer_id)
    day = day or dealer.day_of(look.unit.now)
    visits = await look.unit.query(VISITS, {"day": day}, limit=1000)
    times = waiting_times([v.waited_seconds(v.greeted_at) for v in visits if v.greeted_at], policy)
    left = leavers([v.departure for v in visits if v.departure])
    return WaitingTimesOut(day=day, arrived=len(visits), target=policy.greeting_target_seconds, **times, **left)
