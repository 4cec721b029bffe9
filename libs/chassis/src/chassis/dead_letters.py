"""Facts that stand aside, for those who run the platform: listed, shown as they came, tried again, given up."""

import base64
from datetime import datetime
from typing import Annotated, Any, Self

import structlog
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from chassis.access import Admitted, operations
from chassis.documents import Raw
from chassis.set_aside import State

log = structlog.get_logger()

router = APIRouter(prefix="/ops/deadletters", tags=["operations"])
Operator = Annotated[Admitted, Depends(operations())]


class NoText(BaseModel):
    """Bytes that are no UTF-8 text."""

    base64: str


Shown = str | NoText | None
"""A text, bytes that are none, or null as it came."""


class Header(BaseModel):
    """One header; a name may come twice."""

    name: str
    value: Shown


class DeadLetter(BaseModel):
    """A fact that stands aside, and why. ``lane``: facts of one lane stay in order behind it."""

    id: str
    consumer: str
    type: str = Field("", description="What the sender called it; empty when nobody can say")
    state: State
    reason: str
    tries: int
    since: datetime
    next_try: datetime
    lane: str
    sequence: int
    waits_for: str
    topic: str
    partition: int
    offset: int
    replayed_by: str | None = None
    dropped_by: str | None = None
    dropped_because: str | None = None
    decided_at: datetime | None = None

    @classmethod
    def of(cls, row: Raw) -> Self:
        return cls.model_validate({**row, "id": row["_id"]})


class DeadLetterInFull(DeadLetter):
    """With the bytes it came with. Personal values in them are sealed."""

    key: Shown
    value: Shown
    headers: list[Header]

    @classmethod
    def of(cls, row: Raw) -> Self:
        headers = [Header(name=name, value=_shown(value)) for name, value in row["headers"]]
        opened = {"key": _shown(row["key"]), "value": _shown(row["value"]), "headers": headers}
        return cls.model_validate({**row, **opened, "id": row["_id"]})


class DeadLetters(BaseModel):
    """Some of them, the oldest first."""

    items: list[DeadLetter]


class Decided(BaseModel):
    """What became of it."""

    id: str
    state: State


class DropReason(BaseModel):
    """Why a fact is given up; it is kept with the fact."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(
        min_length=3, max_length=500, examples=["The visit was entered twice; its other half was told by hand."]
    )


@router.get("", response_model=DeadLetters, summary="Facts that stand aside")
async def list_dead_letters(
    request: Request,
    _: Operator,
    state: State | None = None,
    consumer: Annotated[str | None, Query(max_length=100)] = None,
    type: Annotated[str | None, Query(max_length=300, description="The wire type its sender gave it")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> DeadLetters:
    """Oldest first, without their bytes. ``state=DEAD``: those somebody has to look at."""
    found = await request.app.state.runtime.set_aside.list(
        state.value if state else None, limit, consumer=consumer, type=type
    )
    return DeadLetters(items=[DeadLetter.of(row) for row in found])


@router.get("/{id:path}", response_model=DeadLetterInFull, summary="One of them, with its original bytes")
async def show_dead_letter(request: Request, id: str, _: Operator) -> DeadLetterInFull:
    """As it came: key, headers and value, byte by byte."""
    return DeadLetterInFull.of(await request.app.state.runtime.set_aside.get(id))


@router.post("/{id:path}/replay", status_code=202, response_model=Decided, summary="Try it again")
async def replay_dead_letter(request: Request, id: str, operator: Operator) -> Decided:
    """Applying a fact twice is impossible, so this may be repeated."""
    await request.app.state.runtime.set_aside.replay(id, operator.actor)
    log.info("dead-letter-replayed", fact=id, actor=operator.actor)
    return Decided(id=id, state=State.PARKED)


@router.post("/{id:path}/drop", response_model=Decided, summary="Give it up, with a reason")
async def drop_dead_letter(request: Request, id: str, why: DropReason, operator: Operator) -> Decided:
    """Those behind it go on; the dropped fact stays to be seen."""
    await request.app.state.runtime.set_aside.drop(id, why.reason, operator.actor)
    log.info("dead-letter-dropped", fact=id, actor=operator.actor)
    return Decided(id=id, state=State.DROPPED)


def _shown(value: bytes | None) -> Any:
    if value is None:
        return None
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return NoText(base64=base64.b64encode(value).decode())
