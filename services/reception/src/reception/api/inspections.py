"""/dealers/{dealer_id}/visits/{visit_id}/inspection and /inspections/{token}: the inspection sheet (R17)."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from chassis.links_door import LinkCall, link_call
from contracts.values import Money
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from reception.api.bodies import Body, Code, LineBody, Reference
from reception.api.diagnoses import Finder
from reception.api.door import Dealer, Network, Reader, Visit
from reception.domain.inspection import POINTS, Grade, Inspection, Point, Result
from reception.storage.collections import INSPECTIONS, VISITS
from reception.usecases.inspect_vehicle import PURPOSE, InspectVehicle, ViewInspection, inspect_vehicle, view_inspection

router = APIRouter(tags=["inspection"])
SHEET = "/dealers/{dealer_id}/visits/{visit_id}/inspection"
Link = Annotated[LinkCall, Depends(link_call(PURPOSE))]


class ResultBody(Body):
    """One point. Where the point has limits, the measurement and the grade must agree."""

    code: Code
    grade: Grade
    measured: float | None = Field(None, ge=0, le=10_000)
    note: Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)] = ""
    photo: Reference | None = None
    proposal: LineBody | None = Field(None, description="The line proposed for a finding")

    def result(self) -> Result:
        proposal = self.proposal.draft() if self.proposal else None
        return Result(self.code, self.grade, self.measured, self.note, self.photo, proposal)


class InspectionBody(Body):
    """The sheet as it holds now."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "results": [
                        {"code": "BRAKE_PADS_FRONT", "grade": "YELLOW", "measured": 3.0, "note": "change soon"},
                        {"code": "LIGHTS", "grade": "GREEN"},
                    ]
                }
            ]
        },
    )

    results: list[ResultBody] = Field(min_length=1, max_length=60)


class ResultOut(BaseModel):
    """A point with its texts; `proposed_total`: what the proposed line would cost."""

    code: str
    en: str
    zh: str
    unit: str
    grade: str
    measured: float | None
    note: str
    photo: str | None
    proposal: str | None
    proposed_total: Money | None

    @classmethod
    def of(cls, result: Result) -> Self:
        point, line = POINTS[result.code], result.proposal.numbered(0) if result.proposal else None
        return cls(
            code=result.code,
            en=point.en,
            zh=point.zh,
            unit=point.unit,
            grade=result.grade,
            measured=result.measured,
            note=result.note,
            photo=result.photo,
            proposal=line.title if line else None,
            proposed_total=line.total if line else None,
        )


class InspectionAnswer(BaseModel):
    """The sheet; `views`: when the customer looked at it."""

    visit_id: str
    inspected_at: datetime | None
    results: list[ResultOut]
    views: list[datetime]

    @classmethod
    def of(cls, sheet: Inspection) -> Self:
        return cls(
            visit_id=sheet.visit_id,
            inspected_at=sheet.inspected_at,
            results=[ResultOut.of(result) for result in sheet.results],
            views=sheet.views,
        )


class InspectionOut(InspectionAnswer):
    """With the points there are, and a fresh personal link to show the customer, as a code on the screen perhaps."""

    points: list[Point]
    link: str | None


@router.post(SHEET, response_model=InspectionAnswer, summary="Fill in the inspection sheet (R17)")
async def record_inspection(dealer_id: Dealer, visit_id: Visit, body: InspectionBody, call: Finder) -> Response:
    """422 `inspection-invalid` names each fault: an unknown point, a grade against its measurement, a bare finding."""
    wanted = InspectVehicle(visit_id, tuple(result.result() for result in body.results))
    return await call.perform(INSPECTIONS, visit_id, lambda unit: inspect_vehicle(unit, wanted), InspectionAnswer.of)


@router.get(SHEET, response_model=InspectionOut, summary="The inspection sheet, and who looked at it (R17)")
async def read_inspection(dealer_id: Dealer, visit_id: Visit, look: Reader, policy: Network) -> InspectionOut:
    """`link`: null before there is a sheet."""
    sheet = await look.unit.find(INSPECTIONS, visit_id)
    points = list(POINTS.values())
    if sheet is None:
        visit = await look.unit.get(VISITS, visit_id)
        return InspectionOut(visit_id=visit.visit_id, inspected_at=None, results=[], views=[], points=points, link=None)
    expires_at = look.unit.now + timedelta(hours=policy.link_hours)
    token = look.unit.sign_link(PURPOSE, dealer_id, visit_id, expires_at)
    told = InspectionAnswer.of(sheet)
    return InspectionOut(**dict(told), points=points, link=f"/inspections/{token}")


class SheetForCustomerOut(BaseModel):
    """The sheet as the customer sees it."""

    plate: str
    inspected_at: datetime | None
    results: list[ResultOut]

    @classmethod
    def of(cls, sheet: Inspection) -> Self:
        results = [ResultOut.of(result) for result in sheet.results]
        return cls(plate=sheet.plate, inspected_at=sheet.inspected_at, results=results)


@router.get("/inspections/{token}", response_model=SheetForCustomerOut, summary="The customer's sheet (R17)")
async def read_inspection_by_link(token: str, link: Link) -> SheetForCustomerOut:
    """404 `link-invalid` for a changed link, 410 `link-expired` after its time."""
    return SheetForCustomerOut.of(await link.unit.get(INSPECTIONS, link.claims.subject))


class ViewedBody(Body):
    """Nothing to say: the page was looked at."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})


@router.post("/inspections/{token}", response_model=InspectionAnswer, summary="The customer looked at it (R17)")
async def view_inspection_by_link(token: str, body: ViewedBody, link: Link) -> Response:
    """The page tells it when it is shown; with one Idempotency-Key for each showing, every look is recorded."""
    wanted = ViewInspection(link.claims.subject)
    return await link.perform(
        INSPECTIONS, wanted.visit_id, lambda unit: view_inspection(unit, wanted), InspectionAnswer.of
    )
