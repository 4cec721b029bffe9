"""What OpenAPI says beyond FastAPI's own: tokens, problems, idempotency keys and versions, from each route's guard."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, Field

from chassis.access import Guard
from chassis.live import EVENT_STREAM, live_on


class FieldProblem(BaseModel):
    """One wrong field: ``pointer`` into the body (RFC 6901), or the name of the parameter and where it stands."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class ProblemBody(BaseModel):
    """RFC 9457. Decide by ``code``; show ``detail`` to a developer; tell us ``trace_id``."""

    type: str = Field(examples=["urn:sevenstep:problem:unknown"])
    title: str
    status: int
    detail: str
    code: str = Field(examples=["unknown"])
    trace_id: str
    errors: list[FieldProblem] | None = None
    details: dict[str, Any] | None = Field(default=None, description="What may help next, for example other offers.")


PROBLEMS = {
    400: "The request cannot be read, or a header it needs is missing.",
    401: "No access token, or one that proves nothing.",
    403: "The token has none of the roles this needs.",
    404: "There is nothing under this address that the caller may see; another dealer's answers the same.",
    409: "The rules of the trade refuse this now; `detail` says what to do.",
    410: "The personal link was right and its time is over.",
    412: "It was changed since it was read: read it again.",
    413: "The body is too long, or makes a fact that is.",
    415: "The body is none of the kinds this takes (JSON where nothing else is named), or is compressed.",
    422: "Some fields are wrong, or this Idempotency-Key belongs to another command.",
    428: "Send If-Match with the ETag that was read.",
    503: "Nothing was kept: send the same request again after `Retry-After` seconds.",
}
_WITH_BODY = (413, 415)
_READING = (400, 401, 403, 404, 422, 503)
_STATUSES = {
    "reader": (*_READING, 409),
    "command": (*_READING, 409, 412),
    "link": (400, 404, 409, 410, 422, 503),
    "operations": (*_READING, 409),
}
_TIME_OF_DAY = r"^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$"
_KEY_MEANING = "A new UUID for each command; the same one when it is repeated because no answer came (kept 14 days)."
_MATCH_MEANING = "The ETag that was read; the command is refused with 412 when it is no longer the present one."


_LIVE = {
    "schema": {"type": "string"},
    "example": "retry: 2000\n\nid: 5f0c\nevent: state\ndata: {…}\n\n: still so\n\n",
}
"""With ``Accept: text/event-stream``: the JSON now and whenever it has changed, for five minutes."""


class UnguardedRoute(Exception):
    """A route that asks nobody who they are, or that has no dealer to check: a defect, found when the app is made."""


def guards(app: FastAPI) -> Iterator[tuple[Any, Guard | None]]:
    """Every API route with its guard."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            yield route, guard_of(route.dependant)


def guard_of(dependant: Any) -> Guard | None:
    """The guard among a route's dependencies."""
    for inner in dependant.dependencies:
        found = getattr(inner.call, "guard", None) or guard_of(inner)
        if found:
            return found
    return None


def check_guards(app: FastAPI, public: tuple[str, ...]) -> None:
    """Raises ``UnguardedRoute`` for any route that could answer about a dealer without having checked the caller."""
    seen: set[str] = set()
    for route, guard in guards(app):
        path, where = route.path_format, f"{sorted(route.methods)[0]} {route.path_format}"
        if route.name in seen:
            raise UnguardedRoute(f"two routes are named {route.name}: name each after its use case")
        seen.add(route.name)
        if guard is None:
            if not path.startswith(public):
                raise UnguardedRoute(f"{where} needs reader(), command() or link_call()")
        elif guard.kind == "link" and "{token}" not in path:
            raise UnguardedRoute(f"{where}: a personal link needs {{token}} in its path")
        elif guard.kind in ("reader", "command") and guard.network == ("{dealer_id}" in path):
            raise UnguardedRoute(f"{where}: put {{dealer_id}} into the path, or say network=True")


def install(app: FastAPI, name: str) -> None:
    """Completes the document when it is first asked for."""
    made_by_fastapi = app.openapi

    def completed() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(made_by_fastapi(), app, name)
        return app.openapi_schema or {}

    app.openapi = completed  # type: ignore[method-assign]


def _complete(document: dict[str, Any], app: FastAPI, name: str) -> None:
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemBody"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    parts["responses"] = {f"Problem{status}": _problem(meaning) for status, meaning in PROBLEMS.items()}
    _times_of_day(document)
    for route, guard in guards(app):
        for method in route.methods:
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                _describe(operation, method, guard, name)
                if live_on(route.endpoint):
                    operation["responses"]["200"]["content"][EVENT_STREAM] = _LIVE


def _times_of_day(part: Any) -> None:
    """Times of a dealer's day have no zone; the format "time" of JSON Schema wants one."""
    if isinstance(part, dict):
        if part.get("format") == "time":
            del part["format"]
            part["pattern"] = _TIME_OF_DAY
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            _times_of_day(inner)


def _describe(operation: dict[str, Any], method: str, guard: Guard | None, name: str) -> None:
    operation.setdefault("tags", [name])
    if guard is None:
        operation.get("responses", {}).pop("422", None)
        return
    statuses = list(_STATUSES[guard.kind])
    if method not in ("GET", "HEAD"):
        statuses += _WITH_BODY
    if guard.kind != "link":
        operation["security"] = [{"token": []}]
    if guard.roles:
        needs = f"Roles: {', '.join(f'`{role}`' for role in guard.roles)}."
        operation["description"] = f"{operation.get('description', '')}\n\n{needs}".strip()
    if guard.kind in ("command", "link") and method not in ("GET", "HEAD"):
        needed = guard.kind == "command" and method == "POST"
        _header(operation, "Idempotency-Key", _KEY_MEANING, required=needed, pattern="^[!-~]{1,200}$")
        if guard.kind == "command":
            # PUT and PATCH need it, but If-None-Match: * is as good; so a schema cannot say "required".
            _header(operation, "If-Match", _MATCH_MEANING, required=False)
        if method in ("PUT", "PATCH"):
            statuses.append(428)
    for status in sorted(statuses):
        operation.setdefault("responses", {})[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}


def _header(operation: dict[str, Any], name: str, meaning: str, *, required: bool, **schema: Any) -> None:
    parameter = {"name": name, "in": "header", "required": required, "description": meaning}
    operation.setdefault("parameters", []).append({**parameter, "schema": {"type": "string", **schema}})


def _problem(meaning: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {"description": meaning, "content": content}
