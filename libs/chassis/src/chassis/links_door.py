"""The customers' door: a signed personal link instead of a token, for one purpose on one subject."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from chassis.access import Guard, guarded, status_of
from chassis.commands import Call, Preconditions, digest_of, etag, idempotency_key
from chassis.documents import Documents
from chassis.links import LinkClaims
from chassis.readable import check_readable
from chassis.scopes import Dealers
from chassis.unit import Unit

if TYPE_CHECKING:
    from chassis.runtime import Runtime

A = TypeVar("A")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class LinkCall:
    """A request through a personal link. ``claims.subject`` says on what; ``unit`` sees only that dealer."""

    claims: LinkClaims
    unit: Unit
    call: Call
    response: Response
    keyed: bool
    """The caller says himself, by an ``Idempotency-Key``, what is the same command."""

    @property
    def dealer_id(self) -> str:
        return self.claims.dealer_id

    async def perform(
        self,
        documents: Documents[A],
        id: str,
        do: Callable[[Unit], Awaitable[R]],
        answer: Callable[[R], BaseModel],
        status: int | None = None,
        queue: str | None = None,
    ) -> Response:
        """As ``Call.perform``; without an ``Idempotency-Key`` the same body through the same link is done once."""
        return await self.call.perform(documents, id, do, answer, status, queue)

    def derived_id(self) -> str:
        return self.call.derived_id()

    def about(self, *what: str) -> "LinkCall":
        """The same body through the same link is another command once it is about something else; unless the caller
        says himself which command is the same."""
        if self.keyed:
            return self
        return replace(self, call=replace(self.call, cause=(*(self.call.cause or ()), *what)))

    def etag(self, documents: Documents[Any], id: str) -> None:
        """Tells the version of a document that ``unit`` has read."""
        self.response.headers["ETag"] = etag(self.unit.version_of(documents, id))


def link_call(purpose: str) -> Callable[..., Awaitable[LinkCall]]:
    """The path parameter ``token`` must be a link for this purpose. A changed link answers 404, an expired one 410."""

    async def link(request: Request, response: Response) -> LinkCall:
        runtime: Runtime = request.app.state.runtime
        token = request.path_params["token"]
        claims = runtime.links.verify(token, purpose, runtime.clock.now())
        await check_readable(request)
        scope, actor = Dealers.of(claims.dealer_id), f"customer:{claims.subject}"
        digest = await digest_of(request)
        signed = hashlib.sha256(token.encode()).hexdigest()
        key = idempotency_key(request, required=False)
        call = Call(
            runtime=runtime,
            turns=request.app.state.turns,
            scope=scope,
            actor=actor,
            dealer_id=claims.dealer_id,
            cause=(signed, request.method, path_without_token(request), key or digest),
            digest=digest,
            preconditions=Preconditions(),
            status=status_of(request),
        )
        return LinkCall(claims, runtime.unit(scope=scope, actor=actor), call, response, key is not None)

    return guarded(link, Guard("link"))


def path_without_token(request: Request) -> str:
    """The path without the token in it."""
    return request.url.path.replace(request.path_params["token"], "{token}")
