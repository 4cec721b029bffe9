"""``service(...)``: one process of one service, from its parts."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from contracts.event import Event
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from chassis import dead_letters, logs, openapi, ops, pages, problems, telemetry
from chassis.access import DealersIn
from chassis.addresses import Addresses
from chassis.clock import ClockGoesForwardOnly
from chassis.commands import Turns
from chassis.consumer import Consumer
from chassis.documents import Documents
from chassis.door import Door
from chassis.files import FileBroken
from chassis.lane import Lane
from chassis.links import LinkExpired, LinkInvalid
from chassis.live import Live
from chassis.readable import Bodies
from chassis.runtime import ClockIsTheSystems, Parts, Runtime
from chassis.settings import MAX_BODY_BYTES, START_RETRY_S, ServiceSettings
from chassis.stopping import end
from chassis.timers import TimerRule
from chassis.tokens import IssuerKeys, Tokens

log = structlog.get_logger()

PUBLIC = ("/health/", "/metrics")
"""Open to everybody: nothing of any dealer is in there."""


def service(
    *,
    name: str,
    settings: ServiceSettings,
    documents: Sequence[Documents[Any]],
    consumers: Sequence[Consumer] = (),
    timers: Mapping[tuple[str, str], TimerRule] | None = None,
    routers: Sequence[APIRouter] = (),
    refusals: type[Exception] | Sequence[type[Exception]] = (),
    dealers_in: DealersIn | None = None,
    description: str = "",
    runtime: Runtime | None = None,
    tokens: Tokens | None = None,
) -> FastAPI:
    """The service as an application that uvicorn runs.

    ``refusals``: the base of the domain's named errors (``code``, ``kind``, optional ``details``). ``dealers_in``
    resolves a token's area or group; without it only the dealers listed in a token count. ``runtime`` and ``tokens``
    are given by tests. Raises ``openapi.UnguardedRoute`` for a route that does not check its caller.
    """
    logs.start(name, settings.process)
    telemetry.start(name, settings)
    runtime = runtime or Runtime(Parts(name, documents, consumers, timers), settings)
    app = FastAPI(
        title=f"Sevenstep {name}",
        version="1",
        description=description,
        lifespan=_lifespan(runtime),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # FastAPI's own would make receive and send spans; ``Door`` makes the one that is needed.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    issuer = settings.oidc_issuer
    app.state.runtime = runtime
    app.state.tokens = tokens or Tokens(IssuerKeys(issuer), issuer, settings.oidc_audience)
    app.state.turns = Turns()
    app.state.texts = name
    app.state.dealers_in = dealers_in
    for router in (*routers, ops.ops, dead_letters.router, ops.health):
        _take_over(app, router)
    listened = [event for consumer in consumers for event in consumer.handlers]
    pages.install(app, lambda: _asyncapi(name, listened))
    openapi.install(app, name)
    openapi.check_guards(app, PUBLIC)
    own = (refusals,) if isinstance(refusals, type) else tuple(refusals)
    problems.install(app, (*own, LinkInvalid, LinkExpired, FileBroken, ClockGoesForwardOnly, ClockIsTheSystems))
    addresses = Addresses(app.routes)
    app.router.middleware_stack = Lane(app.router.middleware_stack, addresses)
    app.add_middleware(Bodies, limit=MAX_BODY_BYTES, addresses=addresses)
    app.add_middleware(Door, addresses=addresses, is_open=lambda: runtime.prepared)
    app.add_middleware(Live, addresses=addresses, news=runtime)
    return app


def _take_over(app: FastAPI, router: APIRouter) -> None:
    """Its routes as they are: ``include_router`` would make each a second time, a fifth of a service's start."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.unique_id = route.name
            if route.response_field is not None:
                route.response_field.name = f"Response_{route.name}"
        app.router.routes.append(route)


def _asyncapi(name: str, listened: Sequence[type[Event]]) -> dict[str, Any]:
    from contracts.asyncapi import document  # it knows the facts of all services; a process at work only some

    return document(name, listened)


def _lifespan(runtime: Runtime) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        starting = asyncio.create_task(_start(runtime), name="start")
        try:
            yield
        finally:
            await end([starting])
            await runtime.stop()
            await asyncio.to_thread(telemetry.stop)
            log.info("stopped")

    return lifespan


async def _start(runtime: Runtime) -> None:
    """Until the store was reached once; the loops reach the broker by themselves. The process never dies of it."""
    while True:
        try:
            await runtime.start()
            log.info("started")
            return
        except Exception as failed:
            log.warning("start-again", error=logs.said(failed), seconds=START_RETRY_S)
            await asyncio.sleep(START_RETRY_S)
