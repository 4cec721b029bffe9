"""For tests of a service's HTTP door without any server: a runtime on the memory store, and an issuer of tokens."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey

from chassis import telemetry
from chassis.clock import MovableClock
from chassis.links import Links
from chassis.live import Ring
from chassis.runtime import ClockIsTheSystems
from chassis.scopes import Scope
from chassis.settings import ServiceSettings
from chassis.testing import A_MOMENT, TEST_LINKS, MemoryStore, ReadableSealing
from chassis.tokens import IssuerKeys, Tokens
from chassis.unit import Unit

ISSUER = "https://issuer.test"
AUDIENCE = "sevenstep"


@dataclass
class MemoryRuntime:
    """Stands in for ``chassis.runtime.Runtime``: ``service(..., runtime=MemoryRuntime(), tokens=issuer.tokens())``."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: MovableClock = field(default_factory=lambda: MovableClock(A_MOMENT))
    links: Links = TEST_LINKS
    settings: ServiceSettings = field(default_factory=lambda: ServiceSettings(clock="manual", mongo_database="memory"))
    prepared: bool = True
    ill: list[str] = field(default_factory=list)
    set_aside: Any = None

    @property
    def sealer(self) -> ReadableSealing:
        return self.store.sealing

    def unit(self, *, scope: Scope, actor: str) -> Unit:
        return Unit(
            self.store,
            scope=scope,
            actor=actor,
            now=self.clock.now(),
            sealing=self.sealer,
            links=self.links,
            traceparent=telemetry.current_traceparent,
        )

    async def changes(self, names: Sequence[str], ring: Ring) -> None:
        self.store.written = ring
        ring(None, None)
        try:
            await asyncio.Event().wait()
        finally:
            self.store.written = lambda collection, dealer_id: None

    async def start(self) -> None:
        self.prepared = True

    async def stop(self) -> None:
        self.prepared = False

    async def move_clock(self, to: datetime) -> None:
        if self.settings.clock != "manual":
            raise ClockIsTheSystems()
        self.clock.move(to)

    async def backlog(self) -> dict[str, Any]:
        return {"pending_events": 0, "lag": 0, "due_timers": 0, "set_aside": {}, "activity": 0}

    def healthy(self) -> list[str]:
        return self.ill


class LocalIssuer:
    """An issuer in this process, with one ES256 key."""

    def __init__(self, issuer: str = ISSUER) -> None:
        self.issuer = issuer
        self.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
        self.published: list[dict[str, Any]] = [dict(self.key.as_dict(private=False))]
        self.asked: list[str] = []

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """What its discovery document and its key address answer."""
        self.asked.append(str(request.url))
        if request.url.path == "/.well-known/openid-configuration":
            return httpx2.Response(200, json={"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"})
        if request.url.path == "/keys":
            return httpx2.Response(200, json={"keys": self.published})
        return httpx2.Response(404)

    def tokens(self, **options: Any) -> Tokens:
        """A verifier that trusts this issuer."""
        return Tokens(IssuerKeys(self.issuer, httpx2.MockTransport(self.answer)), self.issuer, AUDIENCE, **options)

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Good claims, with some changed; ``None`` leaves one out."""
        now = int(time.time())
        good = {"iss": self.issuer, "sub": "anna", "aud": AUDIENCE, "iat": now, "nbf": now, "exp": now + 3600}
        return {name: value for name, value in {**good, "name": "Anna", **changed}.items() if value is not None}

    def token(self, *roles: str, dealers: tuple[str, ...] = ("SH001",), **changed: Any) -> str:
        """A good access token for these roles and dealers; further claims by name."""
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid}
        claims = self.claims(roles=list(roles), dealers=list(dealers), **changed)
        return jwt.encode(header, claims, self.key, algorithms=["ES256"])

    def bearer(self, *roles: str, dealers: tuple[str, ...] = ("SH001",), **changed: Any) -> dict[str, str]:
        """The ``Authorization`` header with such a token."""
        return {"Authorization": f"Bearer {self.token(*roles, dealers=dealers, **changed)}"}


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    """Calls the application in this process, without its lifespan."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://service.test")
