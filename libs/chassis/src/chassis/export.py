"""Everything a service keeps of one dealer, as lines of JSON: a dealer may take his data with him at any time (X3)."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import structlog
from contracts.values import Sealed
from fastapi import APIRouter, Depends
from starlette.responses import StreamingResponse

from chassis.access import Look, reader
from chassis.documents import Documents, Raw, plain
from chassis.unit import Unit

NDJSON = "application/x-ndjson"
_SEALED = frozenset(Sealed.model_fields)

log = structlog.get_logger(__name__)


def export_router(documents: Sequence[Documents[Any]]) -> APIRouter:
    """``GET /dealers/{dealer_id}/export`` of these documents, for the dealer's manager."""
    router = APIRouter(tags=["export"])

    @router.get(
        "/dealers/{dealer_id}/export",
        response_class=StreamingResponse,
        responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}}},
        summary="Everything kept of this dealer, as NDJSON (X3)",
    )
    async def export_dealer(dealer_id: str, look: Look = Depends(reader("manager"))) -> StreamingResponse:
        """One line a document: `kind`, `id`, `version`, `state`. Personal values are opened; null: the person was
        erased. The last line says how many there were: without it the export was cut off, and is to be taken again."""
        log.info("exported", dealer=dealer_id, actor=look.unit.actor)
        headers = {"Content-Disposition": f'attachment; filename="{dealer_id}.ndjson"', "Cache-Control": "no-store"}
        return StreamingResponse(_lines(look.unit, documents), media_type=NDJSON, headers=headers)

    return router


async def _lines(unit: Unit, every: Sequence[Documents[Any]]) -> AsyncIterator[bytes]:
    count = 0
    for documents in every:
        async for raw in unit.each(documents):
            state = {name: value for name, value in raw.items() if not name.startswith("_")}
            line = {"kind": documents.aggregate, "id": raw["_id"], "version": raw["_version"]}
            yield _line({**line, "state": await _opened(unit, state)})
            count += 1
    yield _line({"kind": "end", "documents": count, "as_of": unit.now})


def _line(said: Raw) -> bytes:
    return json.dumps(said, ensure_ascii=False, default=_text).encode() + b"\n"


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else plain(value)


async def _opened(unit: Unit, value: Any) -> Any:
    """The same with every sealed value in plain text."""
    if isinstance(value, dict):
        if value.keys() == _SEALED:
            return await unit.open(Sealed.model_validate(value))
        return {name: await _opened(unit, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [await _opened(unit, inner) for inner in value]
    return value
