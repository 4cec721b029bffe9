"""The short way from a good request to its route.

FastAPI describes every route and answers every wrong request. But on the way it tries all routes one after the other
and solves a graph of dependencies anew each time, which costs as much as the rest of a command. For routes that are as
plain as ours – parameters in path and query, one JSON body, dependencies that want the request – it is worked out once
what has to be called with what. Whatever is not plain, fits no route or fails a check goes FastAPI's own way, as if it
had just come in; so there is one way to say no.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.addresses import Addresses

_NOT_PLAIN = (
    *("header_params", "cookie_params", "websocket_param_name", "http_connection_param_name"),
    *("background_tasks_param_name", "security_scopes_param_name", "own_oauth_scopes", "concurrency"),
)


class _NotGood(Exception):
    """FastAPI says why."""


@dataclass
class _Way:
    """What has to be called with what on a plain route."""

    route: Any
    own: Dependant
    before: Sequence[Dependant]
    body: Any

    async def answer(self, request: Request) -> Response:
        """First everything is checked, then everything is called. Raises ``_NotGood`` before anything was called."""
        values = _checked(self.own, request)
        given = [_checked(one, request) for one in self.before]
        if self.body is not None:
            values[self.body.name] = await self._said(request)
        told = Response()
        del told.headers["content-length"]
        told.status_code = None  # type: ignore[assignment]
        for one, its_own in zip(self.before, given, strict=True):
            got = await _called(one, its_own, request, told)
            if one.name is not None:
                values[one.name] = got
        answered = await _called(self.own, values, request, told)
        return answered if isinstance(answered, Response) else self._response(answered, told)

    async def _said(self, request: Request) -> Any:
        try:
            said = json.loads(await request.body())
        except (ValueError, RecursionError) as failed:
            raise _NotGood from failed
        value, wrong = self.body.validate(said, loc=("body",))
        if wrong or said is None:
            raise _NotGood
        return value

    def _response(self, answered: Any, told: Response) -> Response:
        value, wrong = self.route.response_field.validate(answered, loc=("response",))
        if wrong:
            raise TypeError(f"{self.route.name} answers something else than it declares: {wrong}")
        said = self.route.response_field.serialize_json(value)
        response = Response(said, told.status_code or self.route.status_code or 200, media_type="application/json")
        response.raw_headers.extend(told.raw_headers)
        return response


def _checked(dependant: Dependant, request: Request) -> dict[str, Any]:
    """The parameters it takes from path and query."""
    values: dict[str, Any] = {}
    for one in dependant.path_params:
        values[one.name], wrong = one.validate(request.path_params.get(one.alias), loc=("path", one.alias))
        if wrong:
            raise _NotGood
    if dependant.query_params:
        query, wrong = request_params_to_args(dependant.query_params, request.query_params)
        if wrong:
            raise _NotGood
        values |= query
    return values


async def _called(dependant: Dependant, values: dict[str, Any], request: Request, told: Response) -> Any:
    if dependant.request_param_name:
        values[dependant.request_param_name] = request
    if dependant.response_param_name:
        values[dependant.response_param_name] = told
    return await dependant.call(**values)  # type: ignore[misc]


class Lane:
    """Stands before the router."""

    def __init__(self, app: ASGIApp, addresses: Addresses) -> None:
        self.app = app
        self._addresses = addresses
        self._ways = {route.endpoint: way for route in addresses.routes if (way := _way(route))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        way = self.way_of(scope)
        if way is None:
            await self.app(scope, receive, send)
            return
        heard: list[Message] = []

        async def hear() -> Message:
            heard.append(await receive())
            return heard[-1]

        request = Request(scope, hear, send)
        try:
            response = await way.answer(request)
        except _NotGood:
            await self.app(scope, _again(heard, receive), send)
            return
        await response(scope, receive, send)

    def way_of(self, scope: Scope) -> _Way | None:
        """The plain route this goes to; None: FastAPI finds out."""
        address = self._addresses.of(scope)
        way = self._ways.get(address.route.endpoint) if address else None
        if address and way:
            scope["path_params"] = dict(address.values)
            scope["endpoint"], scope["route"] = address.route.endpoint, address.route
        return way


def _again(heard: list[Message], receive: Receive) -> Receive:
    """The messages once more from the first."""
    left = iter(heard)

    async def next_one() -> Message:
        return next(left, None) or await receive()

    return next_one


def _way(route: Any) -> _Way | None:
    """None where the route is not plain."""
    own = route.dependant
    every, fields = [own, *own.dependencies], own.body_params
    if any(getattr(one, name) for one in every for name in _NOT_PLAIN):
        return None
    if any(one.call is None or not iscoroutinefunction(one.call) for one in every):
        return None
    calls = {one.call for one in own.dependencies}  # what is asked for twice is called once
    if len(calls) < len(own.dependencies) or any(one.dependencies or one.body_params for one in own.dependencies):
        return None
    if fields and (len(fields) > 1 or route._embed_body_fields or not fields[0].field_info.is_required()):
        return None
    return _Way(route, own, own.dependencies, fields[0] if fields else None) if _answers_plainly(route) else None


def _answers_plainly(route: Any) -> bool:
    """JSON of its whole model."""
    parts = ("include", "exclude", "exclude_unset", "exclude_defaults", "exclude_none")
    return (
        route.response_field is not None
        and route.stream_item_field is None
        and isinstance(route.response_class, DefaultPlaceholder)
        and route.status_code not in (204, 205, 304)
        and route.response_model_by_alias
        and not any(getattr(route, f"response_model_{part}") for part in parts)
    )
