"""/dealers/{dealer_id}/visits/{visit_id}/parts-draft: part numbers for the advisor to confirm in an estimate (R10)."""

from datetime import datetime
from typing import Annotated, Literal, Self

from chassis.access import Look, command, reader
from chassis.commands import Call
from contracts.reception import DraftedPart
from contracts.values import Money, PartCondition, PartLine
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from reception.api.bodies import PARTS_MAX, Body, Code
from reception.api.door import Dealer, Visit
from reception.api.shown import VehicleOut
from reception.domain.parts_draft import PricedPart, priced
from reception.domain.price_list import PriceList
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.draft_parts import DraftParts
from reception.usecases.draft_parts import draft_parts as draft
from reception.usecases.known import dealer_of, order_of
from reception.usecases.prices import listed_on

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}/parts-draft", tags=["estimates"])

PartsDepartment = Annotated[Call, Depends(command("parts_clerk", "technician"))]
Onlooker = Annotated[Look, Depends(reader("advisor", "parts_clerk", "technician", "manager"))]
"""No person stands in a draft."""


class DraftedPartBody(Body):
    """A part by its number in the catalogue. The advisor prices it, by the price list."""

    number: Code
    name: Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)] = Field(
        "", description="Empty: as the price list calls it"
    )
    quantity: int = Field(1, ge=1, le=999)
    line: Annotated[str, StringConstraints(max_length=40, strip_whitespace=True)] = Field(
        "", description="A line's id or its operation, a work package's code; empty: the order's only line"
    )
    condition: Literal["NEW_OEM", "REMANUFACTURED", "AFTERMARKET", "USED"] = "NEW_OEM"

    def part(self) -> DraftedPart:
        return DraftedPart(
            number=self.number,
            name=self.name,
            quantity=self.quantity,
            line=self.line,
            condition=PartCondition(self.condition),
        )


class PartsDraftBody(Body):
    """All parts of the lines that it names: an earlier draft holds no more."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"items": [{"number": "90915-YZZE1", "quantity": 1, "line": "L1"}]}],
        },
    )

    items: list[DraftedPartBody] = Field(min_length=1, max_length=PARTS_MAX)


class PartsDraftAnswer(BaseModel):
    """The newest draft; the advisor names its number when he confirms it. 0: nobody drafted anything yet."""

    visit_id: str
    draft: int
    drafted_by: str | None
    drafted_at: datetime | None

    @classmethod
    def of(cls, order: RepairOrder) -> Self:
        known = order.parts_draft
        return cls(
            visit_id=order.visit_id,
            draft=known.number if known else 0,
            drafted_by=known.by if known else None,
            drafted_at=known.at if known else None,
        )


@router.post("", status_code=201, response_model=PartsDraftAnswer, summary="Draft the parts by their numbers (R10)")
async def draft_parts(dealer_id: Dealer, visit_id: Visit, body: PartsDraftBody, call: PartsDepartment) -> Response:
    """Technician or parts clerk, until the customer decided; the advisor confirms it by `draft` of `…/estimates`.

    409 `repair-order-missing` · `repair-order-closed` · `estimate-already-decided`: more work needs a supplement.
    """
    wanted = DraftParts(visit_id, tuple(item.part() for item in body.items))
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: draft(unit, wanted), PartsDraftAnswer.of)


class DraftedPartOut(BaseModel):
    """One drafted part. `line_id`: null where it names no line as planned, or one of several; `price`: for one piece by
    the price list in force, null where that has no such part (`listed`)."""

    number: str
    name: str
    quantity: int
    condition: str
    line: str
    line_id: str | None
    listed: bool
    price: Money | None

    @classmethod
    def of(cls, one: PricedPart) -> Self:
        return cls(
            number=one.part.number,
            name=one.name,
            quantity=one.part.quantity,
            condition=one.part.condition,
            line=one.part.line,
            line_id=one.line_id,
            listed=one.listed,
            price=one.price,
        )


class PlannedLineOut(BaseModel):
    """A line as planned, with the parts that it has now."""

    line_id: str
    operation: str
    title: str
    parts: list[PartLine]


class PartsDraftOut(PartsDraftAnswer):
    """The draft with today's prices, and what it is drafted for: vehicle and lines as planned."""

    items: list[DraftedPartOut]
    price_list_version: int | None
    """The price list in force; null: none is."""
    estimate_version: int | None
    """The last estimate that took this draft in."""
    vehicle: VehicleOut
    lines: list[PlannedLineOut]

    @classmethod
    def shown(cls, order: RepairOrder, listed: PriceList | None) -> Self:
        known = order.parts_draft
        used = [one.version for one in order.agreement.estimates if known and one.parts_draft == known.number]
        return cls(
            **dict(PartsDraftAnswer.of(order)),
            items=[DraftedPartOut.of(one) for one in priced(known, order.lines, listed)] if known else [],
            price_list_version=listed.version if listed else None,
            estimate_version=used[-1] if used else None,
            vehicle=VehicleOut.decoded(order.vehicle),
            lines=[
                PlannedLineOut(line_id=line.line_id, operation=line.operation, title=line.title, parts=list(line.parts))
                for line in order.lines
            ],
        )


@router.get("", response_model=PartsDraftOut, summary="The drafted parts, priced by the list in force (R10)")
async def read_parts_draft(dealer_id: Dealer, visit_id: Visit, look: Onlooker) -> PartsDraftOut:
    """For whoever drafts and whoever confirms. 409 `repair-order-missing`: not opened yet."""
    order = await order_of(look.unit, visit_id)
    dealer = await dealer_of(look.unit, dealer_id)
    return PartsDraftOut.shown(order, await listed_on(look.unit, dealer.day_of(look.unit.now)))
