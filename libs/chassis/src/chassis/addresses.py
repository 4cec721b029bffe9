"""Which route a request goes to: looked for once, for everybody who stands before the routes."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from fastapi.routing import APIRoute
from starlette.types import Scope

_KNOWN = "sevenstep.address"
"""Where a request's scope carries what was found."""


class Address(NamedTuple):
    """A route, and the values in the path that led to it."""

    route: APIRoute
    values: Mapping[str, str]

    @property
    def dealer_id(self) -> str | None:
        """None where no dealer is in the path."""
        return self.values.get("dealer_id")


class Addresses:
    """All routes of an application, in their order."""

    def __init__(self, routes: Iterable[Any]) -> None:
        self.routes = [route for route in routes if isinstance(route, APIRoute)]
        self._paths: dict[Any, str] = {route.endpoint: route.path_format for route in self.routes}
        self._beyond = max((route.path.count("/") for route in self.routes), default=0) + 1
        self._by_slashes: dict[tuple[str, int], list[APIRoute]] = {}
        for route in self.routes:
            slashes = route.path.count("/")
            # A value of many parts, {id:path}, may make a path longer than its template.
            last = self._beyond if ":path}" in route.path else slashes
            for method in route.methods or ():
                for count in range(slashes, last + 1):
                    self._by_slashes.setdefault((method, count), []).append(route)

    def of(self, scope: Scope) -> Address | None:
        """Where this request goes; None where no route of ours takes it."""
        if _KNOWN not in scope:
            scope[_KNOWN] = self._found(scope)
        return scope[_KNOWN]

    def template(self, scope: Scope) -> str:
        """The path as the route declares it, also where the method is not the route's; empty where there is none.

        To be asked when the request was answered.
        """
        address = self.of(scope)
        return address.route.path_format if address else self._paths.get(scope.get("endpoint"), "")

    def _found(self, scope: Scope) -> Address | None:
        if scope["type"] != "http" or scope.get("root_path"):
            return None
        path = scope["path"]
        slashes = min(path.count("/"), self._beyond)
        for route in self._by_slashes.get((scope["method"], slashes), ()):
            if matched := route.path_regex.match(path):
                return Address(route, matched.groupdict())
        return None
