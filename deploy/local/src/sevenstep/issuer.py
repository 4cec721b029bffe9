"""The embedded OpenID issuer: local users from a file, tokens for trying out. Any OIDC provider can stand in its place.

`GET /.well-known/openid-configuration`, `GET /jwks`, `POST /token` (form; grants `password` and `client_credentials`).
"""

import json
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import ECKey
from pwdlib import PasswordHash

from sevenstep.description import private_file
from sevenstep.environment import AUDIENCE

LIFETIME = 3600  # seconds
MOST_DEALERS = 20  # more than that is an area's or the network's business: a reach instead of a list
GRANTS = ["password", "client_credentials"]
REACHES = ("group:", "area:")


class TokenRefused(Exception):
    """A token request that is answered with an OAuth error."""

    def __init__(self, code: str, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.code, self.text, self.status = code, text, status


@dataclass(frozen=True)
class Person:
    """Whom a token speaks of."""

    subject: str
    name: str
    roles: list[str]
    dealers: list[str] = field(default_factory=list)
    reach: str = ""


class Issuer:
    """Signs access tokens (RFC 9068) with its own ES256 key."""

    def __init__(self, url: str, key: ECKey, users: list[dict[str, Any]], clients: dict[str, str]) -> None:
        self.url = url
        self._key = key
        self._users = {user["username"]: user for user in users}
        self._clients = clients
        self._passwords = PasswordHash.recommended()

    def discovery(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint": f"{self.url}/token",
            "grant_types_supported": GRANTS,
            "response_types_supported": [],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def jwks(self) -> dict[str, Any]:
        """The public key."""
        return {"keys": [self._key.as_dict(private=False)]}

    def login(self, username: str, password: str) -> Person:
        """A local user by password. Raises TokenRefused; it does not tell whether the user exists."""
        user = self._users.get(username)
        known = user["password"] if user else next(iter(self._users.values()))["password"]
        if not self._passwords.verify(password, known) or user is None:
            raise TokenRefused("invalid_grant", "Unknown user or wrong password.", 401)
        return Person(user["username"], user["name"], user["roles"], user.get("dealers", []), user.get("reach", ""))

    def check_client(self, client_id: str, client_secret: str) -> None:
        """Raises TokenRefused unless this is a known client with its secret."""
        known = self._clients.get(client_id, "")
        if not known or not secrets.compare_digest(known.encode(), client_secret.encode()):
            raise TokenRefused("invalid_client", "Unknown client or wrong secret (see stack.json, `issuer`).", 401)

    def sign(self, person: Person) -> str:
        """An access token for this person, good for an hour."""
        if len(person.dealers) > MOST_DEALERS:
            raise TokenRefused("invalid_request", f"At most {MOST_DEALERS} dealers; use a scope for more.")
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "sub": person.subject,
            "aud": AUDIENCE,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "jti": secrets.token_urlsafe(16),
            "name": person.name,
            "roles": person.roles,
            "dealers": person.dealers,
        }
        if person.reach:
            claims["reach"] = person.reach
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key)


def reach_of(scope: str) -> str:
    """The one reach among the words of a scope: `network`, `area:<id>` or `group:<id>`; empty for none."""
    found = [word for word in scope.split() if word == "network" or word.startswith(REACHES)]
    if len(found) > 1:
        raise TokenRefused("invalid_scope", "At most one of network, area:<id>, group:<id>.")
    return found[0] if found else ""


def signing_key(path: Path) -> ECKey:
    """The key kept in this file, or a fresh one put there."""
    if path.is_file():
        return ECKey.import_key(json.loads(path.read_text()))
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    private_file(path, json.dumps(key.as_dict(private=True)))
    return key


def create_app() -> FastAPI:
    """The issuer as its process runs it, from SEVENSTEP_ISSUER_* and SEVENSTEP_OWN_URL."""
    settings = os.environ
    users = json.loads(Path(settings["SEVENSTEP_ISSUER_USERS"]).read_text())["users"]
    clients = json.loads(settings["SEVENSTEP_ISSUER_CLIENTS"])
    key = signing_key(Path(settings["SEVENSTEP_ISSUER_KEY"]))
    return issuer_app(Issuer(settings["SEVENSTEP_OWN_URL"], key, users, clients))


def issuer_app(issuer: Issuer) -> FastAPI:
    """The HTTP door of an issuer."""
    app = FastAPI(title="Sevenstep issuer", docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(TokenRefused)
    def refused(_: Request, error: TokenRefused) -> JSONResponse:
        return JSONResponse({"error": error.code, "error_description": error.text}, error.status)

    @app.get("/health/ready")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        return issuer.discovery()

    @app.get("/jwks")
    def jwks() -> dict[str, Any]:
        return issuer.jwks()

    @app.post("/token")
    def token(
        grant_type: Annotated[str, Form()],
        username: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        client_id: Annotated[str, Form()] = "",
        client_secret: Annotated[str, Form()] = "",
        subject: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        role: Annotated[list[str] | None, Form()] = None,
        dealer: Annotated[list[str] | None, Form()] = None,
        scope: Annotated[str, Form()] = "",
    ) -> JSONResponse:
        if grant_type == "password":
            person = issuer.login(username, password)
        elif grant_type == "client_credentials":
            issuer.check_client(client_id, client_secret)
            who = subject or client_id
            person = Person(who, name or who, role or [], dealer or [], reach_of(scope))
        else:
            raise TokenRefused("unsupported_grant_type", f"One of {', '.join(GRANTS)}.")
        answer = {"access_token": issuer.sign(person), "token_type": "Bearer", "expires_in": LIFETIME}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return app
