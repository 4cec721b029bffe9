"""The routes of the running services, as their own OpenAPI documents tell them."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import httpx2

Kind = Literal["dealer", "network", "operations", "link", "public"]
_ROLES = re.compile(r"Roles: ((?:`\w+`(?:, )?)+)\.")


@dataclass(frozen=True)
class Operation:
    """One method on one path. ``roles``: who may use it, as the document says."""

    service: str
    id: str
    method: str
    path: str
    roles: tuple[str, ...]
    kind: Kind

    @property
    def name(self) -> str:
        return f"{self.service}.{self.id}"

    @property
    def changes(self) -> bool:
        return self.method != "GET"


async def operations(http: httpx2.AsyncClient, services: dict[str, str]) -> dict[str, Operation]:
    """Every operation of every service by ``<service>.<operation id>``."""
    found: dict[str, Operation] = {}
    for service, url in services.items():
        document = (await http.get(f"{url}/openapi.json")).raise_for_status().json()
        for path, methods in document["paths"].items():
            for method, told in methods.items():
                operation = _operation(service, method.upper(), path, told)
                found[operation.name] = operation
    return found


def _operation(service: str, method: str, path: str, told: dict[str, Any]) -> Operation:
    named = _ROLES.search(told.get("description", ""))
    roles = tuple(re.findall(r"`(\w+)`", named.group(1))) if named else ()
    if "security" not in told:
        kind: Kind = "link" if "{token}" in path else "public"
    elif path.startswith("/ops/"):
        kind = "operations"
    else:
        kind = "dealer" if "{dealer_id}" in path else "network"
    return Operation(service, told["operationId"], method, path, roles, kind)
