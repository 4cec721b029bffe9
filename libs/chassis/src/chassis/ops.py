"""For those who run the platform: health, figures, the business clock; facts that stand aside: `dead_letters`."""

import asyncio
from typing import Annotated, Any

import structlog
from contracts.values import UtcTime
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from chassis import metrics
from chassis.access import Admitted, operations

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

    now: UtcTime = Field(examples=["2025-06-23T08:30:00Z"])


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
