"""/links/{token}: the customer's own door to one estimate version (R12)."""

from datetime import datetime
from typing import Annotated

from chassis.links_door import LinkCall, link_call
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from reception.api.answers import DecisionAnswer, EstimateAnswer
from reception.api.bodies import Body, Code, DeclineBody, declined
from reception.domain.authorisation import DeclineReason
from reception.domain.evidence import text_hash
from reception.domain.shown_text import shown_text
from reception.storage.collections import REPAIR_ORDERS
from reception.usecases.decide_by_link import DecideByLink, decide_by_link
from reception.usecases.known import dealer_of, order_of, say_to
from reception.usecases.request_authorisation import PURPOSE

router = APIRouter(tags=["customer's link"])

Link = Annotated[LinkCall, Depends(link_call(PURPOSE))]


class LinkOut(BaseModel):
    """The estimate as the customer sees it, in his language."""

    dealer_name: str
    language: str
    plate: str
    estimate: EstimateAnswer
    text: str
    text_sha256: str
    """Kept as evidence of what was shown."""
    decline_reasons: list[str]
    expires_at: datetime
    decision: DecisionAnswer | None
    """Set once the customer has decided: a link decides once."""


@router.get("/links/{token}", response_model=LinkOut, summary="What the customer is asked (R12)")
async def read_estimate_by_link(token: str, link: Link) -> LinkOut:
    """404 `link-invalid` for a changed link, 410 `link-expired` after its time."""
    order = await order_of(link.unit, link.claims.subject)
    dealer = await dealer_of(link.unit, link.dealer_id)
    version = _version(link)
    estimate = order.agreement.estimate(version)
    text = shown_text(estimate, dealer, order.vehicle.plate, say_to(dealer), order.supply)
    return LinkOut(
        dealer_name=dealer.name_zh if dealer.language == "zh" and dealer.name_zh else dealer.name,
        language=dealer.language,
        plate=order.vehicle.plate,
        estimate=EstimateAnswer.of(order, estimate),
        text=text,
        text_sha256=text_hash(text),
        decline_reasons=list(DeclineReason),
        expires_at=link.claims.expires_at,
        decision=DecisionAnswer.on(order, version),
    )


class LinkDecisionBody(Body):
    """Each line of the estimate, accepted or declined, after the text that the customer was shown."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "accept": ["L1"],
                    "decline": [{"line_id": "L2", "reason": "LATER"}],
                    "text_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                }
            ]
        }
    )

    accept: list[Code] = Field([], max_length=100)
    decline: list[DeclineBody] = Field([], max_length=100)
    text_sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] = Field(
        description="Of the text that was shown: a text that reads otherwise by now is not decided on unseen"
    )


@router.post("/links/{token}", response_model=DecisionAnswer, summary="The customer decides, once (R12)")
async def authorise_by_link(token: str, body: LinkDecisionBody, link: Link) -> Response:
    """The same decision sent twice is answered twice and counts once.

    409 `estimate-already-decided` · `estimate-superseded` · `repair-order-closed` · `text-changed` ·
    `warranty-not-paid`.
    422 `decision-incomplete`.
    """
    wanted = DecideByLink(
        dealer_id=link.dealer_id,
        visit_id=link.claims.subject,
        version=_version(link),
        accept=tuple(body.accept),
        decline=declined(body.decline),
        text_sha256=body.text_sha256,
    )
    return await link.perform(
        REPAIR_ORDERS, wanted.visit_id, lambda unit: decide_by_link(unit, wanted), DecisionAnswer.last
    )


def _version(link: LinkCall) -> int:
    return int(link.claims.extra["version"])
