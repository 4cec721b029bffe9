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
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.telemetry import current_trace_id
from chassis.transience import is_transient
from chassis.unit import Unknown

log = structlog.get_logger()

STATUS_OF = {"conflict": 409, "invalid": 422, "not-found": 404, "forbidden": 403, "gone": 410}
"""A refusal's ``kind`` as HTTP status."""

_CODES = {404: "no-such-route", 405: "method-not-allowed", 413: "body-too-large", 415: "media-type"}


class Problem(Exception):
    """A refusal by the door itself. ``extra`` members stand beside ``title`` and ``detail`` in the body."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
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


def problem_response(problem: Problem) -> Response:
    """The problem as the body that callers see."""
    body = {
        "type": f"urn:sevenstep:problem:{problem.code}",
        "title": problem.code.replace("-", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "trace_id": current_trace_id(),
        **problem.extra,
    }
    text = json.dumps(body, ensure_ascii=False, default=str)
    return Response(text, problem.status, problem.headers, media_type="application/problem+json")


def refusal_problem(refusal: Exception) -> Problem:
    """A domain's named error (``code``, ``kind``, optional ``details``) as a problem."""
    kind = getattr(refusal, "kind", "conflict")
    details = getattr(refusal, "details", None)
    code = getattr(refusal, "code", "refused")
    return Problem(STATUS_OF.get(kind, 409), code, str(refusal), **({"details": details} if details else {}))


def validation_problem(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Every field that is wrong, never with the value that was sent: it may be personal."""
    if errors and errors[0].get("type") == "json_invalid":
        return Problem(400, "body-not-json", "The body is not valid JSON.")
    found = [{**_place(error["loc"]), "detail": error["msg"]} for error in errors]
    return Problem(422, "validation-failed", "Some fields are not as they must be: see errors.", errors=found)


def _place(location: Sequence[Any]) -> dict[str, str]:
    where, *path = location
    if where == "body":
        return {"pointer": "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)}
    return {"parameter": str(path[-1]) if path else "", "in": str(where)}


def install(app: FastAPI, refusals: Sequence[type[Exception]]) -> None:
    """Registers the handlers; what no handler knows becomes a 500 in ``telemetry.Door``."""

    async def of_problem(_: Request, error: Any) -> Response:
        return problem_response(error)

    async def of_refusal(_: Request, error: Any) -> Response:
        return problem_response(refusal_problem(error))

    async def of_unknown(_: Request, __: Any) -> Response:
        return problem_response(unknown())

    async def of_validation(_: Request, error: Any) -> Response:
        return problem_response(validation_problem(error.errors()))

    async def of_http(_: Request, error: Any) -> Response:
        code = _CODES.get(error.status_code, "refused")
        return problem_response(Problem(error.status_code, code, str(error.detail), headers=error.headers))

    app.add_exception_handler(Problem, of_problem)
    app.add_exception_handler(Unknown, of_unknown)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(HTTPException, of_http)
    for refusal in refusals:
        app.add_exception_handler(refusal, of_refusal)


def unexpected_problem(error: BaseException) -> Response:
    """503 while the store is away; else 500 without internals: the log has them under the same trace id."""
    if is_transient(error):
        log.warning("store-away", error=type(error).__name__)
        return problem_response(busy("The store cannot be reached now: send the same request again."))
    log.error("unexpected", exc_info=error)
    return problem_response(
        Problem(500, "unexpected", "Something went wrong on our side. Tell us the trace_id; it is safe to try again.")
    )


class BodyLimit:
    """Refuses bodies over the limit with 413, by their declared length or while they are read."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not declared.isdigit() or int(declared) > self.limit:
            await problem_response(self._too_large())(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.limit:
                # HTTPException, because FastAPI turns every other error of reading a body into a 400.
                raise HTTPException(413, self._too_large().detail)
            return message

        await self.app(scope, counted, send)

    def _too_large(self) -> Problem:
        return Problem(413, "body-too-large", f"The body has more than {self.limit} bytes: send it in parts.")
