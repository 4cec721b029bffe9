"""/dealers/{dealer_id}/visits/{visit_id}: warranty of lines, and free services of the VIN (R8, R20)."""

from datetime import date, datetime
from typing import Annotated, Self

from chassis.access import command
from chassis.commands import Call
from chassis.texts import Words
from contracts.values import Day, Vin
from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from reception.api.answers import OrderAnswer
from reception.api.bodies import Body, Code, Short
from reception.api.door import Counter, Dealer, Network, Reader, Spoken, Visit
from reception.api.shown import WarrantyCaseOut
from reception.domain.free_service import FreeService, service_id
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import FREE_SERVICES, REPAIR_ORDERS, VISITS
from reception.usecases.answer_warranty import AnswerWarranty
from reception.usecases.answer_warranty import answer_warranty as answer
from reception.usecases.check_warranty import CheckWarranty
from reception.usecases.check_warranty import check_warranty as check
from reception.usecases.free_services import ClaimFreeService, GrantFreeService
from reception.usecases.free_services import claim_free_service as claim
from reception.usecases.free_services import grant_free_service as grant

router = APIRouter(tags=["warranty"])

VISIT = "/dealers/{dealer_id}/visits/{visit_id}"
Line = Annotated[Code, Path(examples=["L1"])]
Management = Annotated[Call, Depends(command("manager"))]


class WarrantyBody(Body):
    """Before the diagnosis the line is "warranty pending diagnosis"; then it is checked against the maker's policy."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"diagnosed": False}, {"diagnosed": True, "cause": "Pump seized"}]},
    )

    diagnosed: bool
    cause: Annotated[str, StringConstraints(max_length=600, strip_whitespace=True)] = ""
    campaign: Code | None = Field(None, description="Of the campaign or recall whose work this line is")


class WarrantyAnswer(BaseModel):
    """Where the lines stand with the maker; `waiting` lines are not worked, whoever accepted them."""

    visit_id: str
    cases: dict[str, WarrantyCaseOut]
    waiting: list[str]

    @classmethod
    def of(cls, order: RepairOrder, words: Words) -> Self:
        cases = {line_id: WarrantyCaseOut.of(case, words) for line_id, case in order.warranty.items()}
        return cls(visit_id=order.visit_id, cases=cases, waiting=order.agreement.held)


@router.post(f"{VISIT}/lines/{{line_id}}/warranty-check", response_model=WarrantyAnswer, summary="Check warranty (R8)")
async def check_warranty(
    dealer_id: Dealer,
    visit_id: Visit,
    line_id: Line,
    body: WarrantyBody,
    call: Counter,
    policy: Network,
    words: Spoken,
) -> Response:
    """By age, mileage, operation and part: `COVERED`, `NOT_COVERED`, or `REQUESTED` at headquarters; the line waits for
    the answer. Needs the registration date in the order's particulars, else headquarters is asked; and it is
    asked about a campaign's or recall's work whatever the car's age.

    404 `line-unknown` · 409 `line-decided-already`.
    """
    wanted = CheckWarranty(dealer_id, visit_id, line_id, call.derived_id(), body.diagnosed, body.cause, body.campaign)
    return await call.perform(
        REPAIR_ORDERS,
        visit_id,
        lambda unit: check(unit, wanted, policy),
        lambda order: WarrantyAnswer.of(order, words),
    )


class WarrantyAnswerBody(Body):
    """What headquarters said by another way than its own fact."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"granted": True, "reason": "case 4711"}, {"granted": False, "reason": "abuse"}]
        },
    )

    granted: bool
    reason: Short


@router.post(f"{VISIT}/lines/{{line_id}}/warranty-answer", response_model=WarrantyAnswer, summary="Maker's answer (R8)")
async def answer_warranty(
    dealer_id: Dealer, visit_id: Visit, line_id: Line, body: WarrantyAnswerBody, call: Management, words: Spoken
) -> Response:
    """A granted line that was accepted may be worked; a refused one is off and comes back as finding `warranty-…` for a
    supplement. 404 `no-warranty-request`."""
    wanted = AnswerWarranty(visit_id, line_id, body.granted, body.reason)
    return await call.perform(
        REPAIR_ORDERS, visit_id, lambda unit: answer(unit, wanted), lambda order: WarrantyAnswer.of(order, words)
    )


@router.get(f"{VISIT}/warranty", response_model=WarrantyAnswer, summary="Where lines stand with the maker (R8)")
async def read_warranty(dealer_id: Dealer, visit_id: Visit, look: Reader, words: Spoken) -> WarrantyAnswer:
    """`why` in the caller's language. Without an order: nothing was checked yet."""
    order = await look.unit.find(REPAIR_ORDERS, visit_id)
    if order is None:
        visit = await look.unit.get(VISITS, visit_id)
        return WarrantyAnswer(visit_id=visit.visit_id, cases={}, waiting=[])
    return WarrantyAnswer.of(order, words)


class GrantBody(Body):
    """Free services of a VIN."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "vin": "JT1234567890ABCDE",
                    "code": "FIRST_SERVICE",
                    "title": "First service",
                    "valid_until": "2025-12-31",
                    "max_km": 7500,
                    "first": True,
                }
            ]
        },
    )

    vin: Vin
    code: Code
    title: Short
    count: int = Field(1, ge=1, le=50)
    valid_until: Day
    max_km: int | None = Field(None, ge=0, le=9_999_999)
    first: bool = Field(False, description="It is the first free service, which has a figure of its own")


class FreeServiceOut(BaseModel):
    """One entitlement: its balance, its end, its use."""

    code: str
    title: str
    granted: int
    left: int
    claimed: int
    used: int
    valid_until: date
    max_km: int | None
    first: bool
    used_at: list[datetime]

    @classmethod
    def of(cls, service: FreeService) -> Self:
        used = [claim.used_at for claim in service.claims if claim.used_at]
        return cls(
            code=service.code,
            title=service.title,
            granted=service.granted,
            left=service.left,
            claimed=len(service.claims) - len(used),
            used=len(used),
            valid_until=service.valid_until,
            max_km=service.max_km,
            first=service.first,
            used_at=used,
        )


@router.post(
    "/dealers/{dealer_id}/free-services",
    status_code=201,
    response_model=FreeServiceOut,
    summary="Grant free services to a VIN (R20)",
)
async def grant_free_service(dealer_id: Dealer, body: GrantBody, call: Management) -> Response:
    """As headquarters' own fact does it. Granted again, the balance grows."""
    wanted = GrantFreeService(dealer_id=dealer_id, **body.model_dump())
    id = service_id(dealer_id, body.vin, body.code)
    return await call.perform(FREE_SERVICES, id, lambda unit: grant(unit, wanted), FreeServiceOut.of)


class FreeServicesOut(BaseModel):
    """What the visit's VIN has here."""

    items: list[FreeServiceOut]


@router.get(f"{VISIT}/free-services", response_model=FreeServicesOut, summary="Free services of the VIN (R20)")
async def read_free_services(dealer_id: Dealer, visit_id: Visit, look: Reader) -> FreeServicesOut:
    """Balance, expiry and use, as granted to this dealer."""
    visit = await look.unit.get(VISITS, visit_id)
    services = await look.unit.query(FREE_SERVICES, {"vin": visit.vehicle.vin}, sort=[("code", 1)], limit=100)
    return FreeServicesOut(items=[FreeServiceOut.of(service) for service in services])


class ClaimBody(Body):
    """Which of them."""

    code: Code = Field(examples=["FIRST_SERVICE"])


@router.post(f"{VISIT}/lines/{{line_id}}/free-service", response_model=OrderAnswer, summary="Use a free service (R20)")
async def claim_free_service(
    dealer_id: Dealer, visit_id: Visit, line_id: Line, body: ClaimBody, call: Counter
) -> Response:
    """Claimed now, used at the hand-over, given back when the line is not done. The line is not the customer's to pay.

    404 `free-service-unknown` · 409 `free-service-used-up` · `free-service-expired` · `free-service-claimed`.
    422 `free-service-charged`.
    """
    wanted = ClaimFreeService(dealer_id, visit_id, line_id, body.code)
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: claim(unit, wanted), OrderAnswer.of)
