"""/dealers/{dealer_id}/visits/{visit_id}: pending diagnosis, parts of lines, what was done and why (R9, R10, R18)."""

from datetime import datetime
from typing import Annotated, Literal, Self

from chassis.access import command
from chassis.commands import Call
from contracts.parts import OrderClass, SupplyWay
from contracts.values import DealerId, Money, UtcTime
from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from reception.api.answers import OrderAnswer
from reception.api.bodies import Body, Code, MoneyBody, Reference
from reception.api.door import Counter, Dealer, Reader, Visit
from reception.domain.order_parts import Availability, PartOfLine, parts_of
from reception.domain.particulars import LineStory
from reception.domain.supply import PartSupply, SupplyState
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.acknowledge_diagnosis import AcknowledgeDiagnosis
from reception.usecases.acknowledge_diagnosis import acknowledge_diagnosis as acknowledge
from reception.usecases.agree_on_parts import AgreeOnParts
from reception.usecases.agree_on_parts import agree_on_parts as agree
from reception.usecases.known import order_of
from reception.usecases.tell_line_story import TellLineStory
from reception.usecases.tell_line_story import tell_line_story as tell
from reception.usecases.tell_parts import TellParts
from reception.usecases.tell_parts import tell_parts as told_parts

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["repair order"])

Line = Annotated[Code, Path(examples=["L1"])]
PartsCounter = Annotated[Call, Depends(command("parts_clerk", "advisor"))]
Words = Annotated[str, StringConstraints(max_length=600, strip_whitespace=True)]


class DiagnosisBody(Body):
    """What finding the fault costs at most, and the customer's signature under it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"limit": {"amount": 20000, "currency": "CNY"}, "signature": "signatures/4713"}]
        },
    )

    limit: MoneyBody
    signature: Reference


@router.post("/pending-diagnosis", response_model=OrderAnswer, summary="Estimate pending diagnosis (R10)")
async def acknowledge_diagnosis(dealer_id: Dealer, visit_id: Visit, body: DiagnosisBody, call: Counter) -> Response:
    """The customer acknowledges that the estimate follows the diagnosis; kept as evidence. The first estimate ends it.

    409 `diagnosis-not-pending` · 422 `currency-foreign`.
    """
    wanted = AcknowledgeDiagnosis(dealer_id, visit_id, body.limit.money(), body.signature)
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: acknowledge(unit, wanted), OrderAnswer.of)


class SupplyBody(Body):
    """Where one part of one line stands."""

    line_id: Code
    number: Code
    state: Literal["RESERVED", "SHORT", "ARRIVED"]
    quantity: int | None = Field(
        None, ge=1, le=999, description="Pieces: kept in all, missing, or newly come. Left out: all that the line needs"
    )
    way: Literal["TRANSFER", "ORDER"] | None = None
    order_class: Literal["NORMAL", "EMERGENCY"] = "NORMAL"
    from_dealer: DealerId | None = None
    eta: UtcTime | None = None
    price: MoneyBody | None = Field(None, description="For one piece, as the stock knows it now")

    def supply(self, at: datetime) -> PartSupply:
        return PartSupply(
            line_id=self.line_id,
            number=self.number,
            state=SupplyState(self.state),
            quantity=self.quantity or 0,
            at=at,
            way=SupplyWay(self.way) if self.way else None,
            order_class=OrderClass(self.order_class) if self.state == "SHORT" else None,
            from_dealer=self.from_dealer,
            eta=self.eta,
            price=self.price.money() if self.price else None,
        )


class PartsBody(Body):
    """What the parts counter says."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "line_id": "L1",
                            "number": "90915-YZZE1",
                            "state": "SHORT",
                            "way": "TRANSFER",
                            "from_dealer": "SH002",
                            "eta": "2025-06-24T01:00:00Z",
                        }
                    ]
                }
            ]
        },
    )

    items: list[SupplyBody] = Field(min_length=1, max_length=80)


@router.post("/parts", response_model=OrderAnswer, summary="Where the parts of lines stand, said by hand (R9)")
async def tell_parts(dealer_id: Dealer, visit_id: Visit, body: PartsBody, call: PartsCounter) -> Response:
    """The last word holds, the stock's own facts included; but what ARRIVED comes to what is there: leave to the stock
    what it tells, and correct with SHORT what was counted twice. A part is there once all its pieces are.
    `parts_to_agree`: what to ask the customer about.

    404 `line-unknown`.
    """
    now = call.reading().now
    wanted = TellParts(visit_id, tuple(item.supply(now) for item in body.items))
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: told_parts(unit, wanted), OrderAnswer.of)


class LinePartOut(BaseModel):
    """One part of one line. `availability`: ASKED, IN_STOCK, TRANSFER, ORDER, MISSING (nobody knows how), ARRIVED."""

    line_id: str
    number: str
    name: str
    quantity: int
    availability: Availability
    order_class: str | None
    from_dealer: str | None
    eta: datetime | None
    to_agree: bool
    """The customer has not said yet that he waits."""
    price: Money
    stock_price: Money | None
    """What the stock asks for a piece, where that is another price than the line's."""

    @classmethod
    def of(cls, one: PartOfLine) -> Self:
        supply = one.supply
        return cls(
            line_id=one.line.line_id,
            number=one.part.number,
            name=one.part.name,
            quantity=one.part.quantity,
            availability=one.availability,
            order_class=supply.order_class if supply else None,
            from_dealer=supply.from_dealer if supply else None,
            eta=supply.eta if supply else None,
            to_agree=one.to_agree,
            price=one.part.price,
            stock_price=one.stock_price,
        )


class PartsOut(BaseModel):
    """By line, as the order stands."""

    items: list[LinePartOut]


@router.get("/parts", response_model=PartsOut, summary="Where each part of each line comes from, and when (R9)")
async def read_parts(dealer_id: Dealer, visit_id: Visit, look: Reader) -> PartsOut:
    """Of the lines that stand; prices are held against the stock's. 409 `repair-order-missing`."""
    order = await order_of(look.unit, visit_id)
    return PartsOut(items=[LinePartOut.of(one) for one in parts_of(order)])


class PartsAgreementBody(Body):
    """The customer's word on missing parts."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"agreed": True}, {"agreed": False}]})

    agreed: bool = Field(description="He waits. Else the line is off, and the whole order when nothing else is left")


@router.post("/lines/{line_id}/parts-agreement", response_model=OrderAnswer, summary="Wait for parts, or not (R9)")
async def agree_on_parts(
    dealer_id: Dealer, visit_id: Visit, line_id: Line, body: PartsAgreementBody, call: Counter
) -> Response:
    """For work that was authorised before its parts turned out to be missing. Without agreement nothing stays reserved.

    404 `no-parts-to-agree-on`. 409 `line-begun` · `line-not-authorised` · `repair-order-closed`.
    """
    wanted = AgreeOnParts(visit_id, line_id, body.agreed)
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: agree(unit, wanted), OrderAnswer.of)


class LineStoryBody(Body):
    """As the advisor words it for the customer: no names, no numbers to call."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "concern": "Squeals when braking cold",
                    "cause": "Front pads worn to 2 mm",
                    "correction": "Pads and fitting kit replaced, discs cleaned, road test",
                }
            ]
        },
    )

    concern: Words = ""
    cause: Words = ""
    correction: Words = ""


@router.post("/lines/{line_id}/story", response_model=OrderAnswer, summary="Concern, cause, correction (R18)")
async def tell_line_story(
    dealer_id: Dealer, visit_id: Visit, line_id: Line, body: LineStoryBody, call: Counter
) -> Response:
    """The last word holds; it is on the hand-over sheet. 404 `line-unknown`."""
    wanted = TellLineStory(visit_id, line_id, LineStory(body.concern, body.cause, body.correction))
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: tell(unit, wanted), OrderAnswer.of)
