"""/dealers/{dealer_id}/visits/{visit_id}/repair-order and /promised-time (R7, R11, R15)."""

from typing import Annotated, Literal, Self

from chassis.field_texts import Unfit
from contracts.reception import FollowUpPreference
from contracts.values import Channel, Day, StaffId, UtcTime
from fastapi import APIRouter
from pydantic import ConfigDict, Field, StringConstraints, model_validator
from starlette.responses import Response

from reception.api.answers import OrderAnswer
from reception.api.bodies import A_LINE, Body, Lines, MenuItems, Reference, drafts
from reception.api.door import Counter, Dealer, Network, Reader, Spoken, Visit
from reception.api.shown import OrderOut
from reception.domain.particulars import PaymentMethod
from reception.domain.promise import PromiseReason
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.change_promised_time import ChangePromisedTime
from reception.usecases.change_promised_time import change_promised_time as change
from reception.usecases.known import order_of
from reception.usecases.open_repair_order import OpenRepairOrder, Personal
from reception.usecases.open_repair_order import open_repair_order as open_order

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["repair order"])


class FollowUpBody(Body):
    """How and from which hour of the day the customer likes to be asked afterwards; null: not said."""

    channel: Literal["PHONE", "SMS", "WECHAT", "EMAIL", "APP"] | None = None
    from_hour: int | None = Field(None, ge=0, le=23)


class ParticularsBody(Body):
    """What the whole repair order says of customer and vehicle (R7); personal values are kept sealed."""

    address: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""
    other_phones: list[Annotated[str, StringConstraints(min_length=3, max_length=30)]] = Field([], max_length=5)
    payer: Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)] = Field(
        "", description="Who pays, where it is not the customer"
    )
    payment_method: PaymentMethod | None = None
    produced_on: Day | None = None
    registered_on: Day | None = None
    signature: Reference | None = Field(None, description="Where the signature under the order is kept")

    def told(self) -> Personal:
        return Personal(
            address=self.address,
            other_phones=tuple(self.other_phones),
            payer=self.payer,
            payment_method=self.payment_method,
            produced_on=self.produced_on,
            registered_on=self.registered_on,
            signature=self.signature,
        )


class OrderBody(Body):
    """The work to be done and what was agreed about it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "lines": [A_LINE],
                    "keep_replaced_parts": True,
                    "waiting": False,
                    "follow_up": {"channel": "WECHAT", "from_hour": 18},
                },
                {
                    "menu_items": ["PM20"],
                    "particulars": {"address": "1 Century Avenue", "payment_method": "WECHAT_PAY"},
                },
            ]
        }
    )

    lines: Lines | None = None
    menu_items: MenuItems = Field([], description="Codes of the price list in force (R10)")
    diagnosis_first: bool = Field(False, description="The lines follow the diagnosis: then there may be none yet (R10)")
    keep_replaced_parts: bool = False
    waiting: bool = Field(False, description="The customer waits at the dealer")
    follow_up: FollowUpBody = FollowUpBody()
    advisor: StaffId | None = Field(None, description="Null: who greeted the customer, or stood in the appointment")
    particulars: ParticularsBody = ParticularsBody()

    @model_validator(mode="after")
    def _some_work(self) -> Self:
        if not (self.lines or self.menu_items or self.diagnosis_first):
            raise Unfit("an order names its work: lines, menu items of the price list, or diagnosis_first")
        return self


@router.post("/repair-order", status_code=201, response_model=OrderAnswer, summary="Open the repair order (R7)")
async def open_repair_order(
    dealer_id: Dealer, visit_id: Visit, body: OrderBody, call: Counter, policy: Network
) -> Response:
    """Answers the promised time with its parts: work, hand-over, checks, quality control, wash (R11); and what the
    work waits for before: missing parts, a full workshop, the vehicles before it.

    409 `questionnaire-not-read-back` · `walk-around-incomplete` · `check-in-stopped` · `repair-order-exists` ·
    `customer-left`: post `…/return` first.
    422 `advisor-missing` · `currency-foreign` · `menu-item-unknown`.
    """
    wanted = OpenRepairOrder(
        dealer_id=dealer_id,
        visit_id=visit_id,
        lines=drafts(body.lines),
        keep_replaced_parts=body.keep_replaced_parts,
        follow_up=FollowUpPreference(
            channel=Channel(body.follow_up.channel) if body.follow_up.channel else None,
            from_hour=body.follow_up.from_hour,
        ),
        waiting=body.waiting,
        advisor=body.advisor,
        menu_items=tuple(body.menu_items),
        particulars=body.particulars.told(),
    )
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: open_order(unit, wanted, policy), OrderAnswer.of)


class PromisedTimeBody(Body):
    """Another promised time, agreed with the customer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"promised_at": "2025-06-23T09:30:00Z", "reason": "PARTS"}]},
    )

    promised_at: UtcTime = Field(examples=["2025-06-23T09:30:00Z"])
    reason: PromiseReason


@router.post("/promised-time", response_model=OrderAnswer, summary="Promise another time (R11, R15)")
async def change_promised_time(dealer_id: Dealer, visit_id: Visit, body: PromisedTimeBody, call: Counter) -> Response:
    """On-time delivery goes by the time promised last; but a promise that had passed already stays broken.

    422 `promise-in-the-past` · 409 `repair-order-closed`.
    """
    wanted = ChangePromisedTime(visit_id, body.promised_at, body.reason)
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: change(unit, wanted), OrderAnswer.of)


@router.get("/repair-order", response_model=OrderOut, summary="The repair order with progress and findings (R7, R15)")
async def read_repair_order(dealer_id: Dealer, visit_id: Visit, look: Reader, words: Spoken) -> OrderOut:
    """`ETag` is the repair order's version for `If-Match`. 409 `repair-order-missing`: not opened yet."""
    order = await order_of(look.unit, visit_id)
    look.etag(REPAIR_ORDERS, visit_id)
    return OrderOut.worded(order, words)
