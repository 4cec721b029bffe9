"""Who calls: verifies OIDC access tokens against the issuer's published keys. System time, never business time."""

import asyncio
import base64
import binascii
import json
import math
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import structlog
from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key

from chassis.problems import Problem
from chassis.settings import ISSUER_TIMEOUT_S

log = structlog.get_logger()

# RFC 9864 renames EdDSA to Ed25519, but issuers still sign with the old name; our keys are Ed25519 only.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)

ALGORITHM_OF = {"EC": "ES256", "OKP": "EdDSA", "RSA": "RS256"}
"""The one algorithm each kind of key may be used with; no other is accepted, whatever the token says."""
CURVES = {"ES256": "P-256", "EdDSA": "Ed25519"}
TYPES = {"at+jwt", "application/at+jwt", "jwt"}
FOREIGN_KEYS = {"jku", "jwk", "x5u", "x5c", "crit", "b64"}
"""Headers by which a token would bring its own key or change how it is read."""
SKEW_S = 30
REFRESH_PAUSE_S = 10.0
KEYS_FRESH_S = 600.0  # a key the issuer withdrew is gone here after ten minutes
MOST_DEALERS = 20
MOST_REMEMBERED = 4096
LONGEST_TOKEN = 16_384


@dataclass(frozen=True, slots=True)
class Principal:
    """Who the token says is calling, with which roles, for which dealers.

    ``reach`` is ``None``, ``"network"``, ``"area:<id>"`` or ``"group:<id>"``.
    """

    subject: str
    name: str
    roles: frozenset[str]
    dealers: frozenset[str]
    reach: str | None = None


class TokenRefused(Exception):
    """The token proves nothing; the message says which check failed."""


class IssuerAway(Exception):
    """The issuer's keys cannot be fetched now; whether the token is good is not known."""


def unauthenticated(why: str | None) -> Problem:
    """401 with ``WWW-Authenticate``; ``why`` is ``None`` when no token came at all."""
    if why is None:
        detail = "Send an access token: Authorization: Bearer <token>. See README, 'A first call'."
        return Problem(401, "token-required", detail, headers={"WWW-Authenticate": 'Bearer realm="sevenstep"'})
    challenge = f'Bearer realm="sevenstep", error="invalid_token", error_description="{why}"'
    detail = "The token was refused: {why}."
    return Problem(401, "token-invalid", detail, headers={"WWW-Authenticate": challenge}, said={"why": why})


class IssuerKeys:
    """The issuer's public keys, from its discovery document only, fetched again when a key id is unknown."""

    def __init__(self, issuer: str, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._issuer = issuer
        self._transport = transport
        self._keys: dict[str, tuple[str, Key]] = {}
        self._lock = asyncio.Lock()
        self._tried_at = self._fetched_at = -math.inf
        self.generation = 0

    async def key(self, kid: str) -> tuple[str, Key]:
        """Algorithm and key of this id. Raises ``TokenRefused`` or ``IssuerAway``."""
        now = time.monotonic()
        if (kid not in self._keys or now - self._fetched_at > KEYS_FRESH_S) and now - self._tried_at > REFRESH_PAUSE_S:
            await self._refresh(now)
        if kid in self._keys:
            return self._keys[kid]
        if self._fetched_at == -math.inf:
            raise IssuerAway(f"no keys from {self._issuer} yet")
        raise TokenRefused("signed with a key that the issuer does not publish")

    async def _refresh(self, asked_at: float) -> None:
        async with self._lock:
            if self._tried_at >= asked_at:
                return
            try:
                found = await self._fetch()
            except (httpx2.HTTPError, ValueError, TypeError, KeyError) as error:
                log.warning("issuer-away", issuer=self._issuer, error=repr(error)[:200])
                return
            finally:
                self._tried_at = time.monotonic()
            if found.keys() != self._keys.keys():
                self.generation += 1
            self._keys, self._fetched_at = found, time.monotonic()

    async def _fetch(self) -> dict[str, tuple[str, Key]]:
        async with httpx2.AsyncClient(
            transport=self._transport, timeout=ISSUER_TIMEOUT_S, follow_redirects=False, trust_env=False
        ) as client:
            described = await self._document(client, f"{self._issuer}/.well-known/openid-configuration")
            if described["issuer"].rstrip("/") != self._issuer:
                raise ValueError("the discovery document is another issuer's")
            published = await self._document(client, described["jwks_uri"])
        return dict(usable for raw in published["keys"] if (usable := _usable(raw)))

    async def _document(self, client: httpx2.AsyncClient, url: str) -> dict[str, Any]:
        response = await client.get(url)
        if response.status_code != 200:
            raise ValueError(f"{url} answered {response.status_code}")
        return response.json()


def _usable(raw: Mapping[str, Any]) -> tuple[str, tuple[str, Key]] | None:
    """A published key that may verify signatures; others (encryption, symmetric, other curves) are left out."""
    algorithm = ALGORITHM_OF.get(raw.get("kty", ""))
    if algorithm is None or not raw.get("kid") or raw.get("use", "sig") != "sig":
        return None
    if raw.get("alg", algorithm) != algorithm or raw.get("crv") != CURVES.get(algorithm):
        return None
    public = {name: value for name, value in raw.items() if name in ("kty", "crv", "x", "y", "n", "e")}
    try:
        key = JWKRegistry.import_key(public)
    except (JoseError, ValueError):
        return None
    if algorithm == "RS256" and len(raw["n"]) * 6 < 2048:
        return None
    return raw["kid"], (algorithm, key)


class Tokens:
    """Verifies access tokens; a good one is remembered until it expires, because this is on every request's path."""

    def __init__(self, keys: IssuerKeys, issuer: str, audience: str, now: Callable[[], float] = time.time) -> None:
        self._keys, self._issuer, self._audience, self._now = keys, issuer, audience, now
        self._known: OrderedDict[str, tuple[Principal, float]] = OrderedDict()
        self._generation = -1

    async def principal(self, authorization: str | None) -> Principal:
        """Who calls, by the ``Authorization`` header. Raises a 401 ``Problem``; 503 while the issuer is away."""
        if not authorization:
            raise unauthenticated(None)
        scheme, _, token = authorization.partition(" ")
        try:
            if scheme.lower() != "bearer" or not token.isascii() or len(token) > LONGEST_TOKEN:
                raise TokenRefused("no bearer token")
            return self._remembered(token) or await self._verify(token)
        except TokenRefused as refused:
            raise unauthenticated(str(refused)) from refused
        except IssuerAway as away:
            detail = "The issuer of tokens cannot be reached now: try again."
            raise Problem(503, "issuer-away", detail, headers={"Retry-After": "2"}) from away

    def _remembered(self, token: str) -> Principal | None:
        if self._generation != self._keys.generation:
            self._known.clear()
            self._generation = self._keys.generation
        found = self._known.get(token)
        if found is None:
            return None
        if found[1] <= self._now():
            del self._known[token]
            raise TokenRefused("expired")
        self._known.move_to_end(token)
        return found[0]

    async def _verify(self, token: str) -> Principal:
        header = _header(token)
        algorithm, key = await self._keys.key(header["kid"])
        try:
            # The key's algorithm, not the token's: a token that names another one is refused here.
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused("signature or form is wrong") from error
        until = self._valid_until(claims)
        principal = _principal(claims)
        self._known[token] = (principal, until)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return principal

    def _valid_until(self, claims: Mapping[str, Any]) -> float:
        """The instant from which the token is refused, skew included."""
        now = self._now()
        if claims.get("iss") != self._issuer:
            raise TokenRefused("another issuer")
        audience = claims.get("aud")
        if self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise TokenRefused("made for another audience")
        if _instant(claims, "nbf", 0) > now + SKEW_S or _instant(claims, "iat", 0) > now + SKEW_S:
            raise TokenRefused("not valid yet")
        until = _instant(claims, "exp", None) + SKEW_S
        if until <= now:
            raise TokenRefused("expired")
        return until


def _header(token: str) -> dict[str, Any]:
    """The header, if it names one of the issuer's keys and nothing that would let the token choose its own."""
    try:
        first, _, _ = token.split(".")
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise TokenRefused("not a signed JWT") from error
    if not isinstance(header, dict) or FOREIGN_KEYS & header.keys():
        raise TokenRefused("header not allowed")
    if header.get("alg") not in ALGORITHM_OF.values():
        raise TokenRefused("algorithm not allowed")
    if not isinstance(header.get("typ"), str) or header["typ"].lower() not in TYPES:
        raise TokenRefused("not an access token")
    if not isinstance(header.get("kid"), str) or not header["kid"]:
        raise TokenRefused("no key id")
    return header


def _instant(claims: Mapping[str, Any], name: str, default: float | None) -> float:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TokenRefused(f"claim {name} is missing or no time")
    return float(value)


def _principal(claims: Mapping[str, Any]) -> Principal:
    subject, name = claims.get("sub"), claims.get("name", "")
    if not isinstance(subject, str) or not 0 < len(subject) <= 200 or not isinstance(name, str):
        raise TokenRefused("claim sub is missing or no text")
    dealers = _words(claims, "dealers")
    if len(dealers) > MOST_DEALERS:
        raise TokenRefused(f"more than {MOST_DEALERS} dealers: use a reach instead")
    return Principal(subject, name, _words(claims, "roles"), dealers, _reach(claims.get("reach")))


def _words(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    value = claims.get(name, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise TokenRefused(f"claim {name} is no list of words")
    return frozenset(value)


def _reach(value: object) -> str | None:
    if value in (None, ""):
        return None
    if isinstance(value, str) and (value == "network" or value.partition(":")[0] in ("area", "group")):
        kind, colon, which = value.partition(":")
        if kind == "network" or (colon and which):
            return value
    raise TokenRefused("claim reach is neither network, area:<id> nor group:<id>")
