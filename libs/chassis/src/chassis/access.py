"""The door: who may do what, on whose documents. A foreign dealer answers like an unknown one (X1)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from starlette.requests import Request
from starlette.responses import Response

from chassis.commands import Call, Preconditions, digest_of, etag, idempotency_key
from chassis.documents import Documents
from chassis.problems import Problem, unknown
from chassis.readable import check_readable
from chassis.scopes import Dealers, Network, Scope, System
from chassis.tokens import Principal
from chassis.unit import Unit

log = structlog.get_logger()

DealersIn = Callable[[Unit, str, str], Awaitable[set[str]]]
"""Resolves a token's reach: a unit, ``"area"`` or ``"group"`` and its id give the dealers in it."""

ROLES = (
    "advisor",
    "dispatcher",
    "technician",
    "inspector",
    "parts_clerk",
    "cashier",
    "agent",
    "manager",
    "area_manager",
    "headquarters",
    "operations",
    "app",
)


@dataclass(frozen=True, slots=True)
class Guard:
    """What a route asks of its callers; the assembly and OpenAPI read it from the dependency."""

    kind: Literal["reader", "command", "link", "operations"]
    roles: tuple[str, ...] = ()
    network: bool = False


@dataclass(frozen=True, slots=True)
class Admitted:
    """A caller who may do what the route does."""

    principal: Principal
    actor: str
    """``<role>:<subject>``, as facts carry it."""
    scope: Scope
    dealer_id: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """A reading request: ``unit`` sees what the caller may see."""

    unit: Unit
    principal: Principal
    dealer_id: str | None
    response: Response

    def etag(self, documents: Documents[Any], id: str) -> None:
        """Tells the version of a document that ``unit`` has read, for the caller's ``If-Match``."""
        self.response.headers["ETag"] = etag(self.unit.version_of(documents, id))


def reader(*roles: str, network: bool = False) -> Callable[..., Awaitable[Look]]:
    """Who may read. With ``network`` the route has no dealer in its path and sees all the caller's dealers."""
    guard = Guard("reader", _known(roles), network)

    async def look(request: Request, response: Response) -> Look:
        admitted = await admit(request, guard)
        unit = request.app.state.runtime.unit(scope=admitted.scope, actor=admitted.actor)
        return Look(unit, admitted.principal, admitted.dealer_id, response)

    return guarded(look, guard)


def command(*roles: str, network: bool = False) -> Callable[..., Awaitable[Call]]:
    """Who may change something. An unsafe POST needs an ``Idempotency-Key``; PUT and PATCH need ``If-Match``."""
    guard = Guard("command", _known(roles), network)

    async def call(request: Request) -> Call:
        admitted = await admit(request, guard)
        key = idempotency_key(request, required=request.method == "POST")
        return Call(
            runtime=request.app.state.runtime,
            turns=request.app.state.turns,
            scope=admitted.scope,
            actor=admitted.actor,
            dealer_id=admitted.dealer_id,
            cause=(admitted.principal.subject, request.method, request.scope["path"], key) if key else None,
            digest=await digest_of(request) if key else "",
            preconditions=Preconditions.of(request),
            status=status_of(request),
        )

    return guarded(call, guard)


def operations() -> Callable[..., Awaitable[Admitted]]:
    """Who runs the platform; sees figures and facts that stand aside, but no dealer's documents."""
    guard = Guard("operations", ("operations",))

    async def admitted(request: Request) -> Admitted:
        principal = await _principal(request)
        actor = _actor(principal, guard.roles)
        await check_readable(request)
        return Admitted(principal, actor, System("operations"), None)

    return guarded(admitted, guard)


def guarded(dependency: Any, guard: Guard) -> Any:
    """Marks a dependency, so that the assembly can tell guarded routes from open ones."""
    dependency.guard = guard
    return dependency


def status_of(request: Request) -> int:
    """The status code the route declares."""
    return getattr(request.scope.get("route"), "status_code", None) or 200


async def admit(request: Request, guard: Guard) -> Admitted:
    """Raises 401, 404 for a foreign dealer (before anything about roles is told), 403; then what cannot be read."""
    principal = await _principal(request)
    dealer_id = request.path_params.get("dealer_id")
    if dealer_id is not None:
        far = await _through_reach(request, principal, dealer_id)
        actor = _actor(principal, guard.roles)
        await check_readable(request)
        if far:
            log.info("read-beyond-own-dealers", actor=actor, dealer=dealer_id, route=_route(request))
        return Admitted(principal, actor, Dealers.of(dealer_id), dealer_id)
    actor = _actor(principal, guard.roles)
    await check_readable(request)
    return Admitted(principal, actor, await _whole_reach(request, principal, actor), None)


async def _principal(request: Request) -> Principal:
    return await request.app.state.tokens.principal(request.headers.get("authorization"))


async def _through_reach(request: Request, principal: Principal, dealer_id: str) -> bool:
    """False for one of the caller's own dealers, True for one within its reach. Raises 404 for any other."""
    if dealer_id in principal.dealers:
        return False
    if _sees_network(principal) or dealer_id in await _dealers_in_reach(request, principal):
        return True
    raise unknown()


async def _whole_reach(request: Request, principal: Principal, actor: str) -> Scope:
    if _sees_network(principal):
        log.info("read-network", actor=actor, route=_route(request))
        return Network(actor, _route(request))
    return Dealers.among(principal.dealers | await _dealers_in_reach(request, principal))


def _sees_network(principal: Principal) -> bool:
    return principal.reach == "network" and "headquarters" in principal.roles


async def _dealers_in_reach(request: Request, principal: Principal) -> set[str]:
    kind, _, which = (principal.reach or "").partition(":")
    resolve: DealersIn | None = request.app.state.dealers_in
    if not which or resolve is None:
        return set()
    unit = request.app.state.runtime.unit(scope=System("reach of a token"), actor=f"system:{kind}")
    return await resolve(unit, kind, which)


def _actor(principal: Principal, roles: tuple[str, ...]) -> str:
    for role in roles:
        if role in principal.roles:
            return f"{role}:{principal.subject}"
    detail = "This needs one of the roles {needed}; your token has {have}."
    said = {"needed": list(roles), "have": sorted(principal.roles)}
    raise Problem(403, "role-missing", detail, said=said, roles=list(roles))


def _known(roles: tuple[str, ...]) -> tuple[str, ...]:
    """A dealer's own app may do what an advisor may."""
    strange = set(roles) - set(ROLES)
    if strange or not roles:
        raise ValueError(f"unknown roles {sorted(strange)}: name at least one of {', '.join(ROLES)}")
    return (*roles, "app") if "advisor" in roles and "app" not in roles else roles


def _route(request: Request) -> str:
    return f"{request.method} {getattr(request.scope.get('route'), 'path_format', request.url.path)}"
