"""Around every request: one span, one count, and an answer even to the unexpected."""

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

from opentelemetry.trace import SpanKind
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import metrics, telemetry
from chassis.addresses import Addresses
from chassis.problems import busy, problem_response, unexpected_problem

_NOT_TRACED = ("/health/", "/metrics", "/docs", "/openapi.json", "/asyncapi.json")
CALLER_LEFT = 499
"""Counted as servers do it that have a name for it; nobody gets it."""
VISIT_PARAMETERS = ("visit_id", "visit")
LONGEST_DEALER, LONGEST_VISIT = 32, 64
"""What is longer is no id, and is not told to anybody who keeps traces and logs."""


class Door:
    """Pure ASGI: no task, no queue, no event per chunk.

    ``is_open``: whether the store was prepared; before that its indexes are missing, and with them the promises they
    keep.
    """

    def __init__(self, app: ASGIApp, addresses: Addresses, is_open: Callable[[], bool]) -> None:
        self._app = app
        self._is_open = is_open
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_NOT_TRACED):
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method, address = scope["method"], self._addresses.of(scope)
        dealer_id, visit_id = about(address.values) if address else (None, None)
        with telemetry.span(
            method,
            SpanKind.SERVER,
            parent=_parent(scope["headers"]),
            dealer_id=dealer_id,
            visit_id=visit_id,
        ) as span:
            try:
                answering = self._app if self._is_open() else problem_response(busy("The service is starting."), scope)
                await answering(scope, receive, noted)
            except ClientDisconnect:
                status = CALLER_LEFT
            except Exception as error:
                if status:
                    raise
                await unexpected_problem(error, scope)(scope, receive, noted)
            route = self._addresses.template(scope) or "unknown"
            if span.is_recording():
                span.update_name(f"{method} {route}")
                span.set_attributes(
                    {"http.request.method": method, "http.route": route, "http.response.status_code": status}
                )
        metrics.observe(method if route != "unknown" else "ANY", route, status, perf_counter() - started)


def about(values: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Dealer and visit among the values of a path."""
    dealer = values.get("dealer_id", "")
    visit = next((values[name] for name in VISIT_PARAMETERS if name in values), "")
    return (
        dealer if 0 < len(dealer) <= LONGEST_DEALER else None,
        visit if 0 < len(visit) <= LONGEST_VISIT else None,
    )


def _parent(headers: Sequence[tuple[bytes, bytes]]) -> Any:
    for name, value in headers:
        if name == b"traceparent":
            return telemetry.parse_traceparent(value.decode("latin-1"))
    return None
