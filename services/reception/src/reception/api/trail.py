"""/dealers/{dealer_id}/visits/{visit_id}/trail: who did what when and why, as one story (X2)."""

from datetime import datetime
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from chassis.access import ROLES
from chassis.paging import Listing, Page, paging
from chassis.texts import Words, words_asked, words_of
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from reception.api.door import Dealer, Reader, Spoken, Visit
from reception.domain.dealer import Language
from reception.projections.trail import TrailLine, trail
from reception.usecases.known import dealer_of

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}/trail", tags=["trail"])


class TrailLineOut(BaseModel):
    """One fact: `what` and `why` in the caller's language; `reason` is the code of `why`, empty where none is told."""

    at: datetime
    recorded_at: datetime
    service: str
    type: str
    what: str
    actor: str
    reason: str
    why: str
    aggregate: str
    sequence: int
    event_id: str
    trace_id: str

    @classmethod
    def of(cls, line: TrailLine, words: Words) -> Self:
        return cls(
            at=line.at,
            recorded_at=line.recorded_at,
            service=line.service,
            type=line.type,
            what=words.name("fact", line.type),
            actor=line.actor,
            reason=line.why,
            why=words.name("why", line.why) if line.why else "",
            aggregate=line.aggregate,
            sequence=line.sequence,
            event_id=line.event_id,
            trace_id=line.trace_id,
        )


@router.get("", response_model=Listing[TrailLineOut], summary="A visit's trail: who, when, what, why (X2)")
async def read_trail(
    dealer_id: Dealer,
    visit_id: Visit,
    look: Reader,
    page: Annotated[Page, Depends(paging)],
    words: Spoken,
) -> Listing[TrailLineOut]:
    """Every fact of booking and reception in business time, booking's a moment later; over all services it is
    headquarters' story. 404 `unknown` for a visit nothing is known of."""
    lines = [line for line in await trail(look.unit, visit_id) if line.order > (page.after or "")]
    return page.listing(lines, lambda line: TrailLineOut.of(line, words), key=lambda line: line.order)


@router.get(
    "/text",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    summary="A visit's trail to be read (X2)",
)
async def read_trail_text(
    dealer_id: Dealer,
    visit_id: Visit,
    look: Reader,
    request: Request,
    language: Annotated[Language | None, Query(description="Null: by Accept-Language, else the dealer's own")] = None,
) -> PlainTextResponse:
    """A line for each fact, by the dealer's clock."""
    dealer = await dealer_of(look.unit, dealer_id)
    lines = await trail(look.unit, visit_id)
    said = words_of(language, "reception") if language else words_asked(request.scope, dealer.language)
    told = "".join(f"{_told(line, said, ZoneInfo(dealer.zone))}\n" for line in lines)
    return PlainTextResponse(told, headers={"Content-Language": said.language, "X-Content-Type-Options": "nosniff"})


def _told(line: TrailLine, words: Words, zone: ZoneInfo) -> str:
    role, _, who = line.actor.partition(":")
    person = f" {who}" if role in ROLES else ""  # behind a customer or the machinery stands an id, and no name
    what, why = words.name("fact", line.type), f" ({words.name('why', line.why)})" if line.why else ""
    return f"{line.at.astimezone(zone):%Y-%m-%d %H:%M}  {words.name('actor', role)}{person}: {what}{why}"
