"""For those who run the platform: health, figures, the business clock, facts that stand aside."""

import asyncio
import base64
from datetime import datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chassis import metrics
from chassis.access import Admitted, operations
from chassis.documents import Raw
from chassis.set_aside import State

log = structlog.get_logger()

SCRAPE_S = 3.0  # a scrape must not hang because the broker does

health = APIRouter(tags=["health"])
ops = APIRouter(prefix="/ops", tags=["operations"])
Operator = Annotated[Admitted, Depends(operations())]


class Health(BaseModel):
    """``reasons`` says why this process takes no work."""

    status: str
    reasons: list[str] = []


@health.get("/health/live", response_model=Health, summary="Does the process run?")
async def live() -> Health:
    """Answers as long as the event loop turns. If it does not, restart the process."""
    return Health(status="live")


@health.get("/health/ready", response_model=Health, summary="Does it take work?", responses={503: {"model": Health}})
async def ready(request: Request) -> Response:
    """503 with the reasons while store, broker, partitions or a loop are missing. Do not restart for that: wait."""
    reasons: list[str] = request.app.state.runtime.healthy()
    said = Health(status="not ready" if reasons else "ready", reasons=reasons)
    return Response(said.model_dump_json(), 503 if reasons else 200, media_type="application/json")


@health.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def figures(request: Request) -> Response:
    """In Prometheus' text format. The backlog is left as it was when store or broker do not answer in time."""
    try:
        async with asyncio.timeout(SCRAPE_S):
            metrics.backlog(await request.app.state.runtime.backlog())
    except Exception as away:
        log.info("backlog-unknown", error=type(away).__name__)
    return Response(metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


@ops.get("/backlog", summary="What is still to be done")
async def read_backlog(request: Request, _: Operator) -> dict[str, Any]:
    """Pending facts, consumer lag, due timers, facts that stand aside, and a counter that moves with any activity."""
    return await request.app.state.runtime.backlog()


class Clock(BaseModel):
    """Business time."""

    model_config = ConfigDict(extra="forbid")

    now: AwareDatetime = Field(examples=["2025-06-23T08:30:00Z"])


class ClockState(Clock):
    """``manual``: the clock can be moved by hand here."""

    manual: bool


@ops.get("/clock", response_model=ClockState, summary="Business time of this process")
async def read_clock(request: Request, _: Operator) -> ClockState:
    return _clock(request)


@ops.put("/clock", response_model=ClockState, summary="Move business time forward")
async def move_clock(request: Request, to: Clock, operator: Operator) -> ClockState:
    """Only with SEVENSTEP_CLOCK=manual and only forward, else 409. Each process of a service has to be told."""
    await request.app.state.runtime.move_clock(to.now)
    log.info("clock-moved", to=to.now.isoformat(), actor=operator.actor)
    return _clock(request)


def _clock(request: Request) -> ClockState:
    runtime = request.app.state.runtime
    return ClockState(now=runtime.clock.now(), manual=runtime.settings.clock == "manual")


class DropReason(BaseModel):
    """Why a fact is given up; it is kept with the fact."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(
        min_length=3, max_length=500, examples=["The visit was entered twice; its other half was told by hand."]
    )


@ops.get("/deadletters", summary="Facts that stand aside")
async def list_dead_letters(
    request: Request, _: Operator, state: State | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> JSONResponse:
    """Oldest first, without their bytes. ``state=DEAD``: those somebody has to look at."""
    found = await request.app.state.runtime.set_aside.list(state.value if state else None, limit)
    return JSONResponse({"items": [_shown(row) for row in found]})


@ops.get("/deadletters/{id}", summary="One of them, with its original bytes")
async def show_dead_letter(request: Request, id: str, _: Operator) -> JSONResponse:
    """Personal values in it are sealed; it can be shown as it came."""
    return JSONResponse(_shown(await request.app.state.runtime.set_aside.get(id)))


@ops.post("/deadletters/{id}/replay", status_code=202, summary="Try it again")
async def replay_dead_letter(request: Request, id: str, operator: Operator) -> dict[str, str]:
    """Applying a fact twice is impossible, so this may be repeated."""
    await request.app.state.runtime.set_aside.replay(id, operator.actor)
    log.info("dead-letter-replayed", fact=id, actor=operator.actor)
    return {"id": id, "state": State.PARKED.value}


@ops.post("/deadletters/{id}/drop", summary="Give it up, with a reason")
async def drop_dead_letter(request: Request, id: str, why: DropReason, operator: Operator) -> dict[str, str]:
    """Those behind it go on; the dropped fact stays to be seen."""
    await request.app.state.runtime.set_aside.drop(id, why.reason, operator.actor)
    log.info("dead-letter-dropped", fact=id, actor=operator.actor)
    return {"id": id, "state": State.DROPPED.value}


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {("id" if name == "_id" else name): _shown(part) for name, part in _pairs(value)}
    if isinstance(value, list | tuple):
        return [_shown(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(value).decode()}
    return value


def _pairs(raw: Raw) -> list[tuple[str, Any]]:
    """Headers as an object: their names are told once."""
    return [(name, dict(value) if name == "headers" else value) for name, value in raw.items()]
