"""/dealers/{dealer_id}/visits/{visit_id}/documents/{document}: pages for the printer, zh and en (R7, R10, R16)."""

import asyncio
from enum import StrEnum
from typing import Annotated

from chassis.texts import words_asked, words_of
from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from reception.api import printed
from reception.api.door import Dealer, Reader, Visit
from reception.api.printed_html import html
from reception.domain.dealer import Language
from reception.storage.collections import VISITS
from reception.usecases.known import dealer_of, order_of

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["documents"])

PDF = "application/pdf"
CLOSED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-modals"
"""A page of texts: it runs nothing and fetches nothing."""


class Document(StrEnum):
    """What there is to print."""

    REPAIR_ORDER = "repair-order"
    ESTIMATE = "estimate"
    HAND_OVER = "hand-over"


@router.get(
    "/documents/{document}",
    response_class=HTMLResponse,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}},
    summary="A page for the printer (R7, R10, R16)",
)
async def print_document(
    dealer_id: Dealer,
    visit_id: Visit,
    document: Document,
    request: Request,
    look: Reader,
    language: Annotated[Language | None, Query(description="Null: by Accept-Language, else the dealer's own")] = None,
    version: Annotated[int | None, Query(ge=1, le=1000, description="Of the estimate; null: the last one")] = None,
) -> Response:
    """Repair order, estimate, hand-over sheet: HTML, or PDF with `Accept: application/pdf`. Personal values are opened
    for this page only.

    409 `repair-order-missing` · 404 `estimate-unknown`.
    """
    order = await order_of(look.unit, visit_id)
    dealer = await dealer_of(look.unit, dealer_id)
    visit = await look.unit.get(VISITS, visit_id)
    opened = printed.Opened(
        name=await look.unit.open(order.customer.name),
        phone=await look.unit.open(order.customer.phone),
        address=await look.unit.open(order.particulars.address),
        payer=await look.unit.open(order.particulars.payer),
        concern=await look.unit.open(order.concern),
    )
    words = words_of(language, "reception") if language else words_asked(request.scope, dealer.language)
    sheet = printed.Sheet(dealer, order, opened, visit.walk_around.damages, words)
    if document is Document.ESTIMATE:
        page = printed.estimate(sheet, order.agreement.estimate(version or len(order.agreement.estimates)))
    elif document is Document.HAND_OVER:
        page = printed.hand_over(sheet)
    else:
        page = printed.repair_order(sheet)
    headers = {
        "Content-Language": words.language,
        "Vary": "Accept, Accept-Language",
        "X-Content-Type-Options": "nosniff",
    }
    if PDF in request.headers.get("accept", ""):
        named = {"Content-Disposition": f'attachment; filename="{document}-{visit_id}.pdf"'}
        return Response(await asyncio.to_thread(_as_pdf, page), media_type=PDF, headers=headers | named)
    return HTMLResponse(html(page), headers=headers | {"Content-Security-Policy": CLOSED})


def _as_pdf(page: printed.Page) -> bytes:
    # What sets type costs half a second and 20 MB to load: whoever never prints does not pay for it.
    from reception.api.printed_pdf import pdf

    return pdf(page)
