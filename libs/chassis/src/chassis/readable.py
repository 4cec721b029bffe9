"""What a request must be before anybody looks at what it asks: JSON of a bounded length, in text that can be shown; or,
where a route takes files, a file of a kind and length that it takes."""

import json
import re
from collections.abc import Iterator
from typing import Any

from fastapi import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.addresses import Addresses
from chassis.problems import Problem, body_not_json, problem_response
from chassis.raw_bodies import RawBody, bytes_of

_JSON = re.compile(rb"application/([\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)
_PERHAPS = re.compile(rb"\\u(?:00[01789]|[dD][89a-fA-F])|NaN|Infinity|\x7f|\xc2[\x80-\x9f]")
"""Bytes without any of these need no closer look; most bodies have none."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Bodies:
    """Refuses bodies over the limit with 413, by their declared length or while they are read; others than JSON 415.

    A route that takes a file has its own limit; nothing else is taken there, JSON neither.
    """

    def __init__(self, app: ASGIApp, limit: int, addresses: Addresses) -> None:
        self.app, self.limit, self._addresses = app, limit, addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        address = self._addresses.of(scope)
        file = bytes_of(address.route.endpoint) if address else None
        limit = file.most_bytes if file else self.limit
        if refused := _refused(dict(scope["headers"]), file, limit):
            await problem_response(refused, scope)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                # HTTPException, because FastAPI turns every other error of reading a body into a 400.
                raise HTTPException(413, _too_large(limit))
            return message

        await self.app(scope, counted, send)


def _refused(headers: dict[bytes, bytes], file: RawBody | None, limit: int) -> Problem | None:
    declared = headers.get(b"content-length", b"0")
    if not declared.isdigit() or int(declared) > limit:
        return _too_large(limit)
    if declared == b"0" and b"transfer-encoding" not in headers:
        return None
    if headers.get(b"content-encoding", b"identity") != b"identity":
        return Problem(415, "media-type", "Send the body as it is, without Content-Encoding.")
    kind = headers.get(b"content-type", b"")
    if file and not file.fits(kind):
        detail = "Send the file as it is, with one of these as Content-Type: {kinds}."
        return Problem(415, "media-type", detail, said={"kinds": ", ".join(file.media_types)})
    if not file and not _JSON.match(kind):
        return Problem(415, "media-type", "Send the body as JSON, with Content-Type: application/json.")
    return None


def _too_large(limit: int) -> Problem:
    detail = "The body has more than {limit} bytes: send it in parts."
    return Problem(413, "body-too-large", detail, said={"limit": limit})


async def check_readable(request: Request) -> None:
    """Raises 422 for a parameter that says two things and for text nobody can show, 400 for numbers JSON has not.

    Such text would go into facts, files and other people's programs, which stumble over it long afterwards.
    """
    if _UNPRINTABLE.search(request.scope["path"]):
        raise _unprintable()
    query = request.scope["query_string"]
    if b"%" in query and any(_UNPRINTABLE.search(value) for _, value in request.query_params.multi_items()):
        raise _unprintable()
    if b"&" in query:
        names = [name for name, _ in request.query_params.multi_items()]
        if twice := {name for name in names if names.count(name) > 1}:
            detail = "Give each parameter once: {names} came more than once."
            raise Problem(422, "parameter-repeated", detail, said={"names": ", ".join(sorted(twice))[:200]})
    if request.method in ("GET", "HEAD") or bytes_of(request.scope.get("endpoint")):
        return
    body = await request.body()
    if not _PERHAPS.search(body):
        return
    try:
        said = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise body_not_json() from wrong
    if any(_UNPRINTABLE.search(text) for text in _texts(said)):
        raise _unprintable()


def _unprintable() -> Problem:
    detail = "Some text holds control characters or half a character: send text as people read it."
    return Problem(422, "unprintable-text", detail)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _texts(said: Any) -> Iterator[str]:
    """Every text in it, the names of fields too."""
    left = [said]
    while left:
        value = left.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            left += [*value, *value.values()]
