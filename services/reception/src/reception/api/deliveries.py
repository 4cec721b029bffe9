"""/dealers/{dealer_id}/visits/{visit_id}/delivery-checks and /delivery: the hand-over (R16)."""

from contracts.values import Day
from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from reception.api.answers import DeliveryAnswer, OrderAnswer
from reception.api.bodies import Body, Code, MoneyBody
from reception.api.door import CashDesk, Counter, Dealer, Visit
from reception.domain.delivery import DELIVERY_CHECKS, HandOver, NextService
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.check_delivery import CheckDelivery
from reception.usecases.check_delivery import check_delivery as check
from reception.usecases.deliver_vehicle import DeliverVehicle
from reception.usecases.deliver_vehicle import deliver_vehicle as deliver

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["delivery"])


class ChecksBody(Body):
    """The final check list; every item must be among the confirmed ones. The items are at `/check-lists`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"confirmed": list(DELIVERY_CHECKS)}]})

    confirmed: list[Code] = Field(max_length=50)


@router.post("/delivery-checks", response_model=OrderAnswer, summary="Check the vehicle before the hand-over (R16)")
async def check_delivery(dealer_id: Dealer, visit_id: Visit, body: ChecksBody, call: Counter) -> Response:
    """409 `vehicle-not-ready`: quality control has not released all authorised work · `delivery-checks-incomplete`."""
    wanted = CheckDelivery(visit_id, tuple(body.confirmed))
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: check(unit, wanted), OrderAnswer.of)


class NextServiceBody(Body):
    """The next service as told to the customer."""

    due_on: Day | None = None
    due_km: int | None = Field(None, ge=0, le=9_999_999)


class DeliveryBody(Body):
    """The hand-over. `charges`: amount by line; null charges the authorised lines that were done, as estimated."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"opinion_card_filled": False, "next_service": {"due_on": "2025-12-23", "due_km": 30000}},
                {"charges": {"L1": {"amount": 54500, "currency": "CNY"}}, "opinion_card_filled": True},
            ]
        }
    )

    charges: dict[Code, MoneyBody] | None = Field(None, max_length=200)
    opinion_card_filled: bool = False
    work_explained: bool = True
    old_parts_shown: bool = True
    follow_up_announced: bool = True
    ready_notice_given: bool = True
    booklet_updated: bool = Field(True, description="The maintenance booklet is filled in and handed over")
    settlement_explained: bool = True
    next_service: NextServiceBody = NextServiceBody()


@router.post("/delivery", response_model=DeliveryAnswer, summary="Hand the vehicle over (R16)")
async def deliver_vehicle(dealer_id: Dealer, visit_id: Visit, body: DeliveryBody, call: CashDesk) -> Response:
    """On time: by the time promised last, and no earlier promise broken.

    409 `vehicle-not-ready` · `delivery-checks-incomplete` · `above-authorised-total` · `line-not-authorised` ·
    `line-not-done` · `repair-order-closed`.
    """
    hand_over = HandOver(
        opinion_card_filled=body.opinion_card_filled,
        work_explained=body.work_explained,
        old_parts_shown=body.old_parts_shown,
        follow_up_announced=body.follow_up_announced,
        next_service=NextService(body.next_service.due_on, body.next_service.due_km),
        ready_notice_given=body.ready_notice_given,
        booklet_updated=body.booklet_updated,
        settlement_explained=body.settlement_explained,
    )
    charges = None if body.charges is None else {line: amount.money() for line, amount in body.charges.items()}
    wanted = DeliverVehicle(visit_id, charges, hand_over)
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: deliver(unit, wanted), DeliveryAnswer.of)
