"""/dealers/{dealer_id}/price-lists: what the dealer's work costs, in versions that never change (R10)."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from chassis.access import command
from chassis.commands import Call
from contracts.values import Day, Money, PartLine, TechnicianHours, WorkClass
from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from reception.api.bodies import Body, Code, MoneyBody, Note, PartBody, Short
from reception.api.door import Dealer, Reader
from reception.domain.errors_prices import PriceListMissing
from reception.domain.price_list import MenuItem, PriceList
from reception.storage.collections import PRICE_LISTS
from reception.usecases.known import dealer_of
from reception.usecases.prices import prices_on
from reception.usecases.publish_price_list import PublishPriceList
from reception.usecases.publish_price_list import publish_price_list as publish

router = APIRouter(prefix="/dealers/{dealer_id}/price-lists", tags=["price list"])

Management = Annotated[Call, Depends(command("manager"))]
CNY: dict[str, Any] = {"amount": 26000, "currency": "CNY"}
AN_ITEM: dict[str, Any] = {
    "code": "PM20",
    "en": "20,000 km service",
    "zh": "两万公里保养",
    "work_class": "PM",
    "hours": 2.0,
    "parts": [{"number": "90915-YZZE1", "name": "Oil filter", "price": {"amount": 6500, "currency": "CNY"}}],
    "requirements": "Oil 0W-20, drain plug 37 Nm",
}


class MenuItemBody(Body):
    """A work package. `labour`: null is the class's rate times the hours, rounded up."""

    code: Code
    en: Short
    zh: Short
    work_class: Literal["PM", "GR", "QUICK_SERVICE"]
    hours: float = Field(gt=0, le=200)
    labour: MoneyBody | None = None
    parts: list[PartBody] = Field([], max_length=20)
    requirements: Note = ""
    precautions: Note = ""

    def item(self) -> MenuItem:
        return MenuItem(
            code=self.code,
            en=self.en,
            zh=self.zh,
            work_class=WorkClass(self.work_class),
            hours=TechnicianHours.of(self.hours),
            labour=self.labour.money() if self.labour else None,
            parts=tuple(part.part() for part in self.parts),
            requirements=self.requirements,
            precautions=self.precautions,
        )


class PriceListBody(Body):
    """A whole price list. `labour_rates`: for one hour, by work class."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"valid_from": "2025-07-01", "labour_rates": {"PM": CNY, "GR": CNY}, "menu": [AN_ITEM]}]
        }
    )

    valid_from: Day
    labour_rates: dict[Literal["PM", "GR", "QUICK_SERVICE"], MoneyBody] = Field(max_length=3)
    menu: list[MenuItemBody] = Field([], max_length=300)


class MenuItemOut(BaseModel):
    """A work package with its price as it stands on the counter."""

    code: str
    en: str
    zh: str
    work_class: str
    hours: float
    labour: Money
    parts: list[PartLine]
    total: Money


class PriceListOut(BaseModel):
    """One version of the price list."""

    version: int
    valid_from: date
    labour_rates: dict[str, Money]
    menu: list[MenuItemOut]
    published_at: datetime
    published_by: str

    @classmethod
    def of(cls, prices: PriceList) -> Self:
        return cls(
            version=prices.version,
            valid_from=prices.valid_from,
            labour_rates={str(work_class): rate for work_class, rate in prices.labour_rates.items()},
            menu=[_item(prices, item) for item in prices.menu],
            published_at=prices.published_at,
            published_by=prices.published_by,
        )


def _item(prices: PriceList, item: MenuItem) -> MenuItemOut:
    line = prices.line(item.code, "en").numbered(0)
    return MenuItemOut(
        code=item.code,
        en=item.en,
        zh=item.zh,
        work_class=item.work_class,
        hours=item.hours.hours,
        labour=line.labour,
        parts=list(item.parts),
        total=line.total,
    )


@router.post("", status_code=201, response_model=PriceListOut, summary="Publish the next price list (R10)")
async def publish_price_list(dealer_id: Dealer, body: PriceListBody, call: Management) -> Response:
    """The next version; estimates keep the version they were priced by.

    422 `past-prices-frozen` · `currency-foreign` · `labour-rate-missing`.
    """
    wanted = PublishPriceList(
        dealer_id=dealer_id,
        list_id=call.derived_id(),
        valid_from=body.valid_from,
        labour_rates={WorkClass(work_class): rate.money() for work_class, rate in body.labour_rates.items()},
        menu=tuple(item.item() for item in body.menu),
    )
    return await call.perform(PRICE_LISTS, wanted.list_id, lambda unit: publish(unit, wanted), PriceListOut.of)


@router.get("/current", response_model=PriceListOut, summary="What holds now, or on another day (R10)")
async def read_current_prices(
    dealer_id: Dealer,
    look: Reader,
    day: Annotated[Day | None, Query(description="Null: today at the dealer's place")] = None,
) -> PriceListOut:
    """Visible to everybody who talks with customers. 404 `price-list-missing`: none is valid by then."""
    dealer = await dealer_of(look.unit, dealer_id)
    return PriceListOut.of(await prices_on(look.unit, day or dealer.day_of(look.unit.now)))


@router.get("/versions/{version}", response_model=PriceListOut, summary="One version, as it was published (R10)")
async def read_price_list(
    dealer_id: Dealer, version: Annotated[int, Path(ge=1, le=100_000)], look: Reader
) -> PriceListOut:
    """By which an estimate was priced. 404 `price-list-missing`: there is no such version."""
    found = await look.unit.query(PRICE_LISTS, {"version": version}, limit=1)
    if not found:
        raise PriceListMissing
    return PriceListOut.of(found[0])
