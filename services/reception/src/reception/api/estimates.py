"""/dealers/{dealer_id}/visits/{visit_id}/estimates and /supplements: versions and authorisation (R10-R14)."""

from typing import Annotated, Self

from chassis.field_texts import Unfit
from contracts.values import VisitId
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from reception.api.answers import DecisionAnswer, EstimateAnswer
from reception.api.bodies import (
    A_LINE,
    PARTS_MAX,
    Body,
    Code,
    CustomerBody,
    DeclineBody,
    Lines,
    MenuItems,
    MoneyBody,
    Reference,
    declined,
    drafts,
)
from reception.api.door import Counter, Dealer, Network, Reader, Visit
from reception.domain.parts_draft import Confirmation
from reception.domain.repair_order import RepairOrder
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.authorise_on_site import AuthoriseOnSite, Signer
from reception.usecases.authorise_on_site import authorise_on_site as authorise
from reception.usecases.issue_estimate import IssueEstimate
from reception.usecases.issue_estimate import issue_estimate as issue
from reception.usecases.issue_supplement import IssueSupplement
from reception.usecases.issue_supplement import issue_supplement as supplement
from reception.usecases.known import order_of
from reception.usecases.request_authorisation import RequestAuthorisation
from reception.usecases.request_authorisation import request_authorisation as request

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["estimates"])

Version = Annotated[int, Path(ge=1, le=1000)]
Percent = Annotated[int, Field(ge=0, le=100, description="Contingency in per cent; at most 10 by default")]


class DraftPartBody(Body):
    """What the advisor says of a drafted part: a price goes before those of price list and stock, a line is for
    pieces of which the draft names none that is."""

    number: Code
    price: MoneyBody | None = Field(None, description="For one piece; needed where the price list has no such part")
    line: Code | None = Field(None, description="A line's id or operation; needed where the draft names none that is")


class EstimateBody(Body):
    """`lines` and `menu_items`: without any as planned in the repair order; else they replace the plan. `draft`: a line
    with drafted parts gets these and no others."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"contingency_percent": 5}, {"lines": [A_LINE]}, {"stock_prices": True}, {"draft": 1}],
        }
    )

    contingency_percent: Percent = 0
    lines: Lines | None = None
    menu_items: MenuItems = Field([], description="Codes of the price list in force")
    stock_prices: bool = Field(False, description="Parts at what the stock asks for them now, as `…/parts` shows (R9)")
    draft: int | None = Field(
        None, ge=1, le=1_000_000, description="Confirms the parts of this draft (`…/parts-draft`)"
    )
    draft_parts: list[DraftPartBody] = Field([], max_length=PARTS_MAX)

    @model_validator(mode="after")
    def _of_a_draft(self) -> Self:
        if self.draft_parts and self.draft is None:
            raise Unfit("draft_parts tell more of a draft: name its number in draft")
        if len({part.number for part in self.draft_parts}) < len(self.draft_parts):
            raise Unfit("draft_parts name each part number once")
        return self

    def confirmed(self) -> Confirmation | None:
        if self.draft is None:
            return None
        prices = {part.number: part.price.money() for part in self.draft_parts if part.price}
        return Confirmation(self.draft, prices, {part.number: part.line for part in self.draft_parts if part.line})


@router.post("/estimates", status_code=201, response_model=EstimateAnswer, summary="Issue an estimate version (R10)")
async def issue_estimate(
    dealer_id: Dealer, visit_id: Visit, body: EstimateBody, call: Counter, policy: Network
) -> Response:
    """Immutable; it takes the place of an undecided earlier version.

    422 `contingency-too-high` · `currency-foreign` · `menu-item-unknown` · `nothing-to-estimate` ·
    `drafted-parts-unplaced` · `drafted-parts-unpriced` · `parts-not-drafted` (`details.numbers`).
    409 `estimate-already-decided`: issue a supplement · `repair-order-missing` · `repair-order-closed` ·
    `parts-draft-changed`: read it again (`details.draft`) · `parts-draft-missing`.
    """
    wanted = IssueEstimate(
        visit_id=visit_id,
        contingency_percent=body.contingency_percent,
        lines=drafts(body.lines),
        menu_items=tuple(body.menu_items),
        stock_prices=body.stock_prices,
        confirmed=body.confirmed(),
    )
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: issue(unit, wanted, policy), EstimateAnswer.last)


class SupplementBody(Body):
    """Work that the workshop found later; `finding_id` as the workshop reported it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"finding_id": "0190a7d0-1111-7000-8000-000000000001", "lines": [A_LINE]}]}
    )

    finding_id: Annotated[str, Field(min_length=1, max_length=64)]
    lines: Lines | None = None
    menu_items: MenuItems = Field([], description="Codes of the price list in force")
    contingency_percent: Percent = 0

    @model_validator(mode="after")
    def _some_work(self) -> Self:
        if not (self.lines or self.menu_items):
            raise Unfit("a supplement names its work: lines, or menu items of the price list")
        return self


@router.post("/supplements", status_code=201, response_model=EstimateAnswer, summary="Issue a supplement (R14)")
async def issue_supplement(
    dealer_id: Dealer, visit_id: Visit, body: SupplementBody, call: Counter, policy: Network
) -> Response:
    """The next estimate version, authorised the same way; until then only the authorised lines go on.

    409 `finding-unknown`: retry in a few seconds if the workshop reported it just now · `nothing-authorised-yet` ·
    `estimate-already-decided`.
    """
    wanted = IssueSupplement(
        visit_id, body.finding_id, drafts(body.lines), body.contingency_percent, tuple(body.menu_items)
    )
    return await call.perform(
        REPAIR_ORDERS, visit_id, lambda unit: supplement(unit, wanted, policy), EstimateAnswer.last
    )


class AuthorisationBody(Body):
    """The customer's decision at the counter: each line of the version accepted or declined."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "accept": ["L1"],
                    "decline": [{"line_id": "L2", "reason": "TOO_EXPENSIVE"}],
                    "signature": "signatures/4712",
                }
            ]
        }
    )

    accept: list[Code] = Field([], max_length=100)
    decline: list[DeclineBody] = Field([], max_length=100)
    signature: Reference = Field(description="Where the signature is kept")
    person: CustomerBody | None = Field(None, description="Who signed, if it was not the customer himself")


@router.post(
    "/estimates/{version}/authorisation", response_model=DecisionAnswer, summary="Decide on site, by signature (R12)"
)
async def authorise_on_site(
    dealer_id: Dealer, visit_id: Visit, version: Version, body: AuthorisationBody, call: Counter
) -> Response:
    """Once for each version. Work may start on exactly the accepted lines; nothing accepted at all cancels the order.

    422 `decision-incomplete` (`details`). 409 `estimate-already-decided` · `estimate-superseded` ·
    `warranty-not-checked` · `warranty-not-paid`. 404 `estimate-unknown`.
    """
    wanted = AuthoriseOnSite(
        dealer_id=dealer_id,
        visit_id=visit_id,
        version=version,
        accept=tuple(body.accept),
        decline=declined(body.decline),
        signature=body.signature,
        signer=Signer(body.person.name, body.person.phone) if body.person else None,
    )
    return await call.perform(REPAIR_ORDERS, visit_id, lambda unit: authorise(unit, wanted), DecisionAnswer.last)


class RequestBody(Body):
    """Nothing to say: the link goes to the visit's customer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})


@router.post(
    "/estimates/{version}/authorisation-request",
    status_code=202,
    response_model=EstimateAnswer,
    summary="Ask the customer by a personal link (R12)",
)
async def request_authorisation(
    dealer_id: Dealer, visit_id: Visit, version: Version, body: RequestBody, call: Counter, policy: Network
) -> Response:
    """Customer relations sends the link through the contact gate (C4); `link_expires_at` tells how long it is good.

    409 `warranty-not-checked`: a line in the maker's name that the customer could not accept yet.
    """
    wanted = RequestAuthorisation(dealer_id, visit_id, version, call.runtime.settings.public_url)
    return await call.perform(
        REPAIR_ORDERS,
        visit_id,
        lambda unit: request(unit, wanted, policy),
        lambda order: _asked(order, version),
    )


def _asked(order: RepairOrder, version: int) -> EstimateAnswer:
    return EstimateAnswer.of(order, order.agreement.estimate(version))


class EstimatesOut(BaseModel):
    """All versions, oldest first."""

    visit_id: VisitId
    items: list[EstimateAnswer]


@router.get("/estimates", response_model=EstimatesOut, summary="All estimate versions (R10)")
async def list_estimates(dealer_id: Dealer, visit_id: Visit, look: Reader) -> EstimatesOut:
    """Each with its state: ISSUED, SUPERSEDED, DECIDED."""
    order = await order_of(look.unit, visit_id)
    items = [EstimateAnswer.of(order, estimate) for estimate in order.agreement.estimates]
    return EstimatesOut(visit_id=visit_id, items=items)
