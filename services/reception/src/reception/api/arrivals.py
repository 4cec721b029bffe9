"""/dealers/{dealer_id}/arrivals and /queue: who comes, and who waits (R1)."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from chassis.field_texts import Unfit
from chassis.live import live
from chassis.unit import Unit
from contracts.reception import Intent
from contracts.values import VisitId
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from starlette.responses import Response

from reception.api.answers import VisitAnswer
from reception.api.bodies import Body, CustomerBody, VehicleBody
from reception.api.door import Counter, Dealer, Network, Reader
from reception.domain.visit import Visit
from reception.domain.waiting import queue_since
from reception.storage.collections import VISITS
from reception.usecases.known import dealer_of
from reception.usecases.receive_vehicle import ReceiveBooked, ReceiveWalkIn, receive_booked, receive_walk_in

router = APIRouter(tags=["arrival"])

BOOKED: dict[str, Any] = {"visit_id": "0190a7c2-5b1e-7c3a-9f10-2b6c1d2e3f40"}
WALK_IN: dict[str, Any] = {
    "customer": {"name": "Li Wei", "phone": "+86 138 0013 8000"},
    "vehicle": {"vin": "JT1234567890ABCDE", "plate": "沪A12345", "model": "AE100", "odometer_km": 20100},
    "intent": "PAID_REPAIR",
    "concern": "It squeals when braking.",
}


class ArrivalBody(Body):
    """A booked vehicle by its visit id, or a walk-in with customer, vehicle and intent."""

    model_config = ConfigDict(json_schema_extra={"examples": [BOOKED, WALK_IN]})

    visit_id: VisitId | None = Field(None, description="Of the appointment")
    customer: CustomerBody | None = None
    vehicle: VehicleBody | None = None
    intent: Literal["MAINTENANCE", "WARRANTY", "PAID_REPAIR", "REWORK"] | None = Field(
        None, description="Of an appointment: where the counter knows better"
    )
    rework_of: VisitId | None = Field(None, description="The delivered visit of this vehicle whose work did not hold")
    concern: Annotated[str, StringConstraints(max_length=2000)] = Field("", description="The walk-in's own words")

    @model_validator(mode="after")
    def _booked_or_walk_in(self) -> Self:
        if self.visit_id is not None:
            if self.customer or self.vehicle or self.concern:
                raise Unfit("with visit_id the appointment tells customer, vehicle and concern: leave them out")
            return self
        if self.customer is None or self.vehicle is None:
            raise Unfit("a walk-in needs customer and vehicle; an appointment needs visit_id")
        if self.intent is None and self.rework_of is None:
            raise Unfit("a walk-in needs its intent, or the visit it is the rework of")
        return self


@router.post(
    "/dealers/{dealer_id}/arrivals",
    status_code=201,
    response_model=VisitAnswer,
    summary="A vehicle arrives, booked or as a walk-in (R1)",
)
async def receive_vehicle(dealer_id: Dealer, body: ArrivalBody, call: Counter, policy: Network) -> Response:
    """The visit begins to wait for its greeting. A walk-in's answer tells its new visit id.

    409 `appointment-unknown`: retry in a few seconds, or register as a walk-in · `appointment-cancelled` ·
    `already-arrived` · `rework-of-unknown-visit` · `rework-of-another-vehicle` · `rework-of-open-visit`.
    422 `vin-check-digit-wrong` where the market uses the check digit (R19). A booked vehicle arrives even so, with
    `stopped`: correct it by `…/mismatch-resolution`.
    """
    visit_id = body.visit_id or call.derived_id()
    return await call.perform(
        VISITS, visit_id, lambda unit: _receive(unit, dealer_id, visit_id, body, policy), VisitAnswer.of
    )


async def _receive(unit: Unit, dealer_id: str, visit_id: str, body: ArrivalBody, policy: Network) -> Visit:
    intent = Intent(body.intent) if body.intent else None
    if body.customer is None or body.vehicle is None:
        return await receive_booked(unit, ReceiveBooked(dealer_id, visit_id, intent, body.rework_of), policy)
    walk_in = ReceiveWalkIn(
        dealer_id=dealer_id,
        visit_id=visit_id,
        name=body.customer.name,
        phone=body.customer.phone,
        vehicle=body.vehicle.vehicle(),
        intent=intent or Intent.REWORK,
        concern=body.concern,
        rework_of=body.rework_of,
    )
    return await receive_walk_in(unit, walk_in, policy)


class WaitingOut(BaseModel):
    """One customer who waits for the greeting."""

    visit_id: str
    plate: str
    model: str
    booked: bool
    advisor: str | None
    arrived_at: datetime
    waiting_seconds: int
    overdue: bool
    """Longer than the network's target, one minute by default."""


class QueueOut(BaseModel):
    """Who waits, longest first."""

    items: list[WaitingOut]


@router.get("/dealers/{dealer_id}/queue", response_model=QueueOut, summary="Who waits, and how long (R1)")
@live(VISITS)
async def read_queue(dealer_id: Dealer, look: Reader, policy: Network) -> QueueOut:
    """Who came on the dealer's own day, or in the last four hours, was not attended to yet and has not left; at most
    200, longest waiting first."""
    dealer = await dealer_of(look.unit, dealer_id)
    wanted = {"in_queue": True, "arrived_at": {"$gte": queue_since(dealer, look.unit.now)}}
    visits = await look.unit.query(VISITS, wanted, sort=[("arrived_at", 1)], limit=200)
    waiting = [_waiting(visit, look.unit.now, policy.greeting_target_seconds) for visit in visits]
    return QueueOut(items=sorted(waiting, key=lambda one: -one.waiting_seconds))


def _waiting(visit: Visit, now: datetime, target: int) -> WaitingOut:
    seconds = visit.waited_seconds(now)
    return WaitingOut(
        visit_id=visit.visit_id,
        plate=visit.vehicle.plate,
        model=visit.vehicle.model,
        booked=visit.booked,
        advisor=visit.advisor,
        arrived_at=visit.arrived_at,
        waiting_seconds=seconds,
        overdue=seconds > target,
    )
