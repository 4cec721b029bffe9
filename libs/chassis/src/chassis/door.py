"""Around every request: one span, one count, and an answer even to the unexpected."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any

from opentelemetry.trace import SpanKind
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import metrics, telemetry
from chassis.problems import busy, problem_response, unexpected_problem

_DEALER_IN_PATH = re.compile(r"^/dealers/([^/]{1,32})(?:/|$)")
_NOT_TRACED = ("/health/", "/metrics", "/docs", "/openapi.json", "/asyncapi.json")
CALLER_LEFT = 499
"""Counted as servers do it that have a name for it; nobody gets it."""
VISIT_PARAMETERS = ("visit_id", "visit")


class Door:
    """Pure ASGI: no task, no queue, no event per chunk.

    ``templates``: the path template of each endpoint. ``is_open``: whether the store was prepared; before that its
    indexes are missing, and with them the promises they keep.
    """

    def __init__(self, app: ASGIApp, templates: Mapping[Any, str], is_open: Callable[[], bool]) -> None:
        self._app = app
        self._is_open = is_open
        self._templates = templates
        self._visit_in_path = visit_pattern(templates.values())

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

        method, path = scope["method"], scope["path"]
        dealer = _DEALER_IN_PATH.match(path)
        visit = self._visit_in_path.match(path) if self._visit_in_path else None
        with telemetry.span(
            method,
            SpanKind.SERVER,
            parent=_parent(scope["headers"]),
            dealer_id=dealer[1] if dealer else None,
            visit_id=visit[visit.lastindex or 0] if visit else None,
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
            route = self._templates.get(scope.get("endpoint"), "unknown")
            if span.is_recording():
                span.update_name(f"{method} {route}")
                span.set_attributes(
                    {"http.request.method": method, "http.route": route, "http.response.status_code": status}
                )
        metrics.observe(method if route != "unknown" else "ANY", route, status, perf_counter() - started)


def visit_pattern(templates: Iterable[str]) -> re.Pattern[str] | None:
    """One expression that finds the visit in any path of these templates."""
    found = []
    for template in templates:
        before, brace, rest = template.partition("{visit")
        name = f"visit{rest.partition('}')[0]}"
        if brace and name in VISIT_PARAMETERS:
            found.append(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(before)) + r"([^/]{1,64})(?:/|$)")
    return re.compile("|".join(f"(?:{one})" for one in dict.fromkeys(found))) if found else None


def _parent(headers: Sequence[tuple[bytes, bytes]]) -> Any:
    for name, value in headers:
        if name == b"traceparent":
            return telemetry.parse_traceparent(value.decode("latin-1"))
    return None
