"""/dealers/{dealer_id}/visits/{visit_id}/repair-order/sheet: the whole repair order, personal values opened (R7)."""

from datetime import date, datetime
from typing import Self

from chassis.texts import Words
from chassis.unit import Unit
from contracts.values import Money
from fastapi import APIRouter
from pydantic import BaseModel

from reception.api.door import Dealer, Reader, Spoken, Visit
from reception.api.shown import CustomerOut, OrderOut, VehicleOut
from reception.domain.order_parts import parts_of
from reception.domain.repair_order import RepairOrder
from reception.domain.visit import Visit as VisitAtTheCounter
from reception.domain.walk_around import Damage
from reception.storage.collections import REPAIR_ORDERS, VISITS
from reception.usecases.known import order_of

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["repair order"])


class ParticularsOut(BaseModel):
    """Null or empty: not said, or the person was erased."""

    address: str | None
    other_phones: list[str]
    payer: str | None
    payment_method: str | None
    produced_on: date | None
    registered_on: date | None
    fuel_percent: int | None
    signature: str | None

    @classmethod
    async def opened(cls, unit: Unit, order: RepairOrder) -> Self:
        told = order.particulars
        phones = [await unit.open(phone) for phone in told.other_phones]
        return cls(
            address=await unit.open(told.address),
            other_phones=[phone for phone in phones if phone],
            payer=await unit.open(told.payer),
            payment_method=told.payment_method,
            produced_on=told.produced_on,
            registered_on=told.registered_on,
            fuel_percent=told.fuel_percent,
            signature=told.signature,
        )


class QualityOut(BaseModel):
    """Proof of quality control (W7)."""

    passed_at: datetime | None
    inspector: str | None
    road_tested: bool
    failures: int


class PriceCheckOut(BaseModel):
    """A part whose price in stock is not the one on its line any more (R9)."""

    line_id: str
    number: str
    on_line: Money
    in_stock: Money


class OrderSheetOut(BaseModel):
    """The whole order: who, which vehicle, what, why, by whom, until when, what was found and agreed."""

    order: OrderOut
    customer: CustomerOut
    vehicle: VehicleOut
    particulars: ParticularsOut
    concern: str | None
    plan: str
    damages: list[Damage]
    quality: QualityOut
    price_differences: list[PriceCheckOut]

    @classmethod
    async def opened(cls, unit: Unit, order: RepairOrder, visit: VisitAtTheCounter, words: Words) -> Self:
        work = order.work
        return cls(
            order=OrderOut.worded(order, words),
            customer=await CustomerOut.of(unit, order.customer),
            vehicle=VehicleOut.decoded(order.vehicle),
            particulars=await ParticularsOut.opened(unit, order),
            concern=await unit.open(order.concern),
            plan=visit.questioning.plan if visit.questioning else "",
            damages=list(visit.walk_around.damages),
            quality=QualityOut(
                passed_at=work.qc_passed_at,
                inspector=work.qc_inspector,
                road_tested=work.road_tested,
                failures=work.qc_failures,
            ),
            price_differences=[
                PriceCheckOut(
                    line_id=one.line.line_id, number=one.part.number, on_line=one.part.price, in_stock=one.stock_price
                )
                for one in parts_of(order)
                if one.stock_price
            ],
        )


@router.get("/repair-order/sheet", response_model=OrderSheetOut, summary="The whole repair order (R7)")
async def read_order_sheet(dealer_id: Dealer, visit_id: Visit, look: Reader, words: Spoken) -> OrderSheetOut:
    """With parts whose price in stock differs from the line's (R9). 409 `repair-order-missing`: not opened yet."""
    order = await order_of(look.unit, visit_id)
    visit = await look.unit.get(VISITS, visit_id)
    look.etag(REPAIR_ORDERS, visit_id)
    return await OrderSheetOut.opened(look.unit, order, visit, words)
