"""Who knocks at the doors: tokens of the platform's issuer, and tokens no issuer would give."""

import base64
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey
from sevenstep.description import StackDescription
from sevenstep.environment import AUDIENCE

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
Headers = dict[str, str]
ANONYMOUS: Headers = {}


class Tokens:
    """Good ones come from the issuer as for any client. Bad ones are signed with its key, found in the stack's folder:
    so each is wrong in the one thing its name says, and in nothing else."""

    def __init__(self, http: httpx2.AsyncClient, stack: StackDescription) -> None:
        self._http, self._issuer = http, stack.issuer
        kept = Path(stack.logs).parent / "issuer-key.json"
        self._key = ECKey.import_key(json.loads(kept.read_text()))
        self._given: dict[tuple[object, ...], Headers] = {}

    async def of(self, *roles: str, dealers: tuple[str, ...] = (), scope: str = "") -> Headers:
        """The Authorization header of a caller. All callers have the same subject: only roles and reach differ."""
        wanted = (roles, dealers, scope)
        if wanted not in self._given:
            form: dict[str, Any] = {
                "grant_type": "client_credentials",
                "client_id": self._issuer["client_id"],
                "client_secret": self._issuer["client_secret"],
                "role": list(roles),
                "dealer": list(dealers),
                "subject": "somebody",
                "scope": scope,
            }
            answer = await self._http.post(f"{self._issuer['url']}/token", data=form)
            self._given[wanted] = _bearer(answer.raise_for_status().json()["access_token"])
        return self._given[wanted]

    def expired(self, role: str, dealers: tuple[str, ...]) -> Headers:
        past = int(time.time()) - 7200
        return self._signed(role, dealers, iat=past, nbf=past, exp=past + 3600)

    def for_another_audience(self, role: str, dealers: tuple[str, ...]) -> Headers:
        return self._signed(role, dealers, aud="another-platform")

    def of_another_issuer(self, role: str, dealers: tuple[str, ...]) -> Headers:
        return self._signed(role, dealers, iss="http://127.0.0.1:1")

    async def with_a_dealer_added(self, role: str, own: tuple[str, ...], added: tuple[str, ...]) -> Headers:
        """A good token of another dealer whose payload was changed after it was signed."""
        token = (await self.of(role, dealers=own))["Authorization"].removeprefix("Bearer ")
        header, payload, signature = token.split(".")
        claims = json.loads(_decoded(payload)) | {"dealers": [*own, *added]}
        return _bearer(f"{header}.{_encoded(json.dumps(claims).encode())}.{signature}")

    def _signed(self, role: str, dealers: tuple[str, ...], **changed: Any) -> Headers:
        now = int(time.time())
        claims: Mapping[str, Any] = {
            "iss": self._issuer["url"],
            "sub": "somebody",
            "aud": AUDIENCE,
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "name": "somebody",
            "roles": [role],
            "dealers": list(dealers),
            **changed,
        }
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}
        return _bearer(jwt.encode(header, dict(claims), self._key))


def _bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
