"""Every refusal over HTTP as RFC 9457 problem+json: what is wrong, its stable ``code``, and what to do about it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from chassis.field_texts import field_text
from chassis.telemetry import current_trace_id
from chassis.texts import words_asked
from chassis.transience import is_transient
from chassis.unit import EventTooLarge, Unknown

log = structlog.get_logger()

STATUS_OF = {"conflict": 409, "invalid": 422, "not-found": 404, "forbidden": 403, "gone": 410}
"""A refusal's ``kind`` as HTTP status."""

_CODES = {404: "no-such-route", 405: "method-not-allowed", 413: "body-too-large"}
_DETAILS = {
    404: "There is no such address here: /openapi.json lists all there are.",
    405: "This address does not take this method: the header Allow names those it takes.",
}


class Problem(Exception):
    """A refusal by the door itself. ``extra`` members stand beside ``title`` and ``detail`` in the body.

    ``said``: what stands in ``detail``, an English sentence that is told in the caller's language.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        said: Mapping[str, Any] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.said = dict(said or {})
        self.headers = dict(headers or {})
        self.extra = extra


def busy(detail: str, after_s: int = 1) -> Problem:
    """503: nothing was kept, the same request may come again after ``after_s`` seconds."""
    return Problem(503, "busy", detail, headers={"Retry-After": str(after_s)})


def unknown(
    detail: str = "There is nothing under this address that you may see: check the dealer and the id.",
) -> Problem:
    """404, the same for what does not exist and for what belongs to another dealer (X1)."""
    return Problem(404, "unknown", detail)


def body_not_json() -> Problem:
    """400: not to be read as JSON."""
    return Problem(400, "body-not-json", "The body is not valid JSON (RFC 8259) in UTF-8: check what was sent.")


def problem_response(problem: Problem, scope: Scope) -> Response:
    """The problem as the body that this caller sees, in his language."""
    words = words_asked(scope)
    body = {
        "type": f"urn:sevenstep:problem:{problem.code}",
        "title": problem.code.replace("-", " ").capitalize(),
        "status": problem.status,
        "detail": words.say(problem.detail, **problem.said),
        "code": problem.code,
        "trace_id": current_trace_id(),
        **words.shown(problem.extra),
    }
    text = json.dumps(body, ensure_ascii=False, default=str)
    headers = {**problem.headers, "Content-Language": words.language, "Vary": "Accept-Language"}
    return Response(text, problem.status, headers, media_type="application/problem+json")


def refusal_problem(refusal: Exception) -> Problem:
    """A domain's named error (``code``, ``kind``, maybe a ``text`` with ``said`` or ``details`` in it) as a problem."""
    kind = getattr(refusal, "kind", "conflict")
    details = getattr(refusal, "details", None)
    code = getattr(refusal, "code", "refused")
    text = getattr(refusal, "text", None) or str(refusal)
    said = getattr(refusal, "said", details) if hasattr(refusal, "text") and "{" in text else None
    return Problem(STATUS_OF.get(kind, 409), code, text, said=said, **({"details": details} if details else {}))


def validation_problem(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Every field that is wrong, never with the value that was sent: it may be personal."""
    if errors and errors[0].get("type") == "json_invalid":
        return body_not_json()
    found = [{**_place(error["loc"]), "detail": field_text(error)} for error in errors]
    return Problem(422, "validation-failed", "Some fields are not as they must be: see errors.", errors=found)


def _place(location: Sequence[Any]) -> dict[str, str]:
    where, *path = location
    if where == "body":
        return {"pointer": "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)}
    return {"parameter": str(path[-1]) if path else "", "in": str(where)}


def install(app: FastAPI, refusals: Sequence[type[Exception]]) -> None:
    """Registers the handlers; what no handler knows becomes a 500 in ``telemetry.Door``."""

    async def of_problem(request: Request, error: Any) -> Response:
        return problem_response(error, request.scope)

    async def of_refusal(request: Request, error: Any) -> Response:
        return problem_response(refusal_problem(error), request.scope)

    async def of_unknown(request: Request, __: Any) -> Response:
        return problem_response(unknown(), request.scope)

    async def of_validation(request: Request, error: Any) -> Response:
        return problem_response(validation_problem(error.errors()), request.scope)

    async def of_size(request: Request, __: Any) -> Response:
        detail = "This is too much for one command: send fewer or shorter entries. Nothing of it was kept."
        return problem_response(Problem(413, "event-too-large", detail), request.scope)

    async def of_http(request: Request, error: Any) -> Response:
        return problem_response(_http_problem(error), request.scope)

    app.add_exception_handler(Problem, of_problem)
    app.add_exception_handler(Unknown, of_unknown)
    app.add_exception_handler(EventTooLarge, of_size)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(HTTPException, of_http)
    for refusal in refusals:
        app.add_exception_handler(refusal, of_refusal)


def _http_problem(error: Any) -> Problem:
    if isinstance(error.detail, Problem):
        return error.detail
    if error.status_code == 400:  # FastAPI says so of every body it could not parse
        return body_not_json()
    code = _CODES.get(error.status_code, "refused")
    return Problem(error.status_code, code, _DETAILS.get(error.status_code, str(error.detail)), headers=error.headers)


def unexpected_problem(error: BaseException, scope: Scope) -> Response:
    """503 while the store is away; else 500 without internals: the log has them under the same trace id."""
    if is_transient(error):
        log.warning("store-away", error=type(error).__name__)
        return problem_response(busy("The store cannot be reached now: send the same request again."), scope)
    log.error("unexpected", exc_info=error)
    detail = "Something went wrong on our side. Tell us the trace_id; it is safe to try again."
    return problem_response(Problem(500, "unexpected", detail), scope)
