"""/dealers/{dealer_id}/visits/{visit_id}/evidence: what was issued, asked and decided (R12)."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, StringConstraints
from starlette.responses import Response

from reception.api.door import Dealer, Reader, Spoken, Visit
from reception.domain.evidence import Entry, is_unbroken
from reception.domain.proof import export, faults
from reception.usecases.known import order_of

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}/evidence", tags=["evidence"])


class EvidenceOut(BaseModel):
    """The chain, and whether it is unbroken."""

    visit_id: str
    unbroken: bool
    items: list[Entry]

    @classmethod
    def of(cls, visit_id: str, chain: Sequence[Entry]) -> Self:
        return cls(visit_id=visit_id, unbroken=is_unbroken(chain), items=list(chain))


@router.get("", response_model=EvidenceOut, summary="What was asked and decided, as a chain (R12)")
async def read_evidence(dealer_id: Dealer, visit_id: Visit, look: Reader) -> EvidenceOut:
    """Who, when, how, which version, which amount, the text that was shown; each entry holds the one before."""
    order = await order_of(look.unit, visit_id)
    return EvidenceOut.of(visit_id, order.agreement.evidence)


class VerificationOut(BaseModel):
    """`faults`: what does not fit, in the caller's language; empty when everything is as it was written."""

    visit_id: str
    holds: bool
    faults: list[str]
    entries: int
    head: str
    """The last entry's hash; the same stands as `evidence_sha256` in the last fact announced about it."""
    knows_head: bool | None
    """Whether the hash that was asked about is in this chain; null when none was asked about."""


@router.get("/verification", response_model=VerificationOut, summary="Check the evidence anew (R12)")
async def verify_evidence(
    dealer_id: Dealer,
    visit_id: Visit,
    look: Reader,
    words: Spoken,
    head: Annotated[
        str | None,
        StringConstraints(pattern="^[0-9a-f]{64}$"),
        Query(description="Of an exported file, or `evidence_sha256` of an announced fact"),
    ] = None,
) -> VerificationOut:
    """Chain, texts, versions, decisions and requests are held against each other. With `head`, an end cut off is found
    too: `knows_head` is false when that entry is not in the chain any more."""
    agreement = (await order_of(look.unit, visit_id)).agreement
    found = faults(export(agreement))
    known = None if head is None else head in {entry.sha256 for entry in agreement.evidence}
    return VerificationOut(
        visit_id=visit_id,
        holds=not found and known is not False,
        faults=words.shown(found),
        entries=len(agreement.evidence),
        head=agreement.head,
        knows_head=known,
    )


@router.get("/export", response_model=dict[str, Any], summary="The evidence as a file that stands by itself (R12)")
async def export_evidence(dealer_id: Dealer, visit_id: Visit, look: Reader) -> Response:
    """Versions, texts, decisions and the chain in plain JSON, persons as pseudonyms. Each `sha256` is the SHA-256 of
    its entry as JSON with sorted keys and an empty `sha256`; so whoever holds the file can check it without us."""
    order = await order_of(look.unit, visit_id)
    written = json.dumps(export(order.agreement), ensure_ascii=False, indent=1)
    name = f'attachment; filename="evidence-{visit_id}.json"'
    return Response(written, media_type="application/json", headers={"Content-Disposition": name})
