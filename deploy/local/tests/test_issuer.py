"""Tokens of the embedded issuer, read as a service reads them: by the published keys."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from pwdlib import PasswordHash
from sevenstep import workspace
from sevenstep.issuer import Issuer, issuer_app, signing_key

pytestmark = pytest.mark.slow

URL = "http://127.0.0.1:4444"
CLIENT = {"grant_type": "client_credentials", "client_id": "trying", "client_secret": "secret"}


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    anna = {"username": "anna", "name": "Anna", "roles": ["advisor"], "dealers": ["SH001"]}
    anna["password"] = PasswordHash.recommended().hash("sevenstep")
    issuer = Issuer(URL, signing_key(tmp_path / "key.json"), [anna], {"trying": "secret"})
    transport = httpx2.ASGITransport(app=issuer_app(issuer))
    async with httpx2.AsyncClient(transport=transport, base_url=URL) as client:
        yield client


async def claims_of(door: httpx2.AsyncClient, answer: httpx2.Response) -> tuple[dict[str, Any], dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    discovery = (await door.get("/.well-known/openid-configuration")).json()
    keys = KeySet.import_key_set((await door.get(discovery["jwks_uri"])).json())
    token = jwt.decode(answer.json()["access_token"], keys, algorithms=["ES256"])
    return token.header, token.claims


async def test_a_token_verifies_by_the_published_key_and_says_what_was_asked_for(door):
    answer = await door.post(
        "/token", data=CLIENT | {"role": ["advisor"], "dealer": ["SH001", "SH002"], "subject": "mia"}
    )
    header, claims = await claims_of(door, answer)
    assert (header["alg"], header["typ"]) == ("ES256", "at+jwt")
    assert header["kid"]
    assert (claims["iss"], claims["aud"], claims["sub"]) == (URL, "sevenstep", "mia")
    assert (claims["roles"], claims["dealers"]) == (["advisor"], ["SH001", "SH002"])
    assert claims["nbf"] <= time.time() < claims["exp"] <= time.time() + 3600
    assert "reach" not in claims


async def test_two_tokens_are_never_the_same(door):
    first, second = [(await claims_of(door, await door.post("/token", data=CLIENT)))[1]["jti"] for _ in range(2)]
    assert first != second


@pytest.mark.parametrize(
    ("scope", "reach"),
    [("network", "network"), ("area:east", "area:east"), ("openid group:g1", "group:g1"), ("", None)],
)
async def test_a_scope_becomes_the_tokens_reach(door, scope, reach):
    _, claims = await claims_of(door, await door.post("/token", data=CLIENT | {"scope": scope}))
    assert claims.get("reach") == reach


async def test_a_local_user_logs_in_with_a_password(door):
    form = {"grant_type": "password", "username": "anna", "password": "sevenstep"}
    _, claims = await claims_of(door, await door.post("/token", data=form))
    assert (claims["sub"], claims["name"], claims["roles"], claims["dealers"]) == (
        "anna",
        "Anna",
        ["advisor"],
        ["SH001"],
    )


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password", "username": "anna", "password": "wrong"}, 401, "invalid_grant"),
        ({"grant_type": "password", "username": "nobody", "password": "sevenstep"}, 401, "invalid_grant"),
        ({"grant_type": "password"}, 401, "invalid_grant"),
        (CLIENT | {"client_secret": "wrong"}, 401, "invalid_client"),
        (CLIENT | {"client_secret": ""}, 401, "invalid_client"),
        (CLIENT | {"client_id": "other", "client_secret": ""}, 401, "invalid_client"),
        (CLIENT | {"scope": "network area:east"}, 400, "invalid_scope"),
        (CLIENT | {"dealer": [f"D{i}" for i in range(21)]}, 400, "invalid_request"),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
    ],
)
async def test_what_is_not_in_order_gets_no_token(door, form, status, error):
    answer = await door.post("/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_the_private_half_of_the_key_is_not_published(door):
    (key,) = (await door.get("/jwks")).json()["keys"]
    assert "d" not in key
    assert key["kty"] == "EC"


def test_the_key_stays_the_same_over_a_restart(tmp_path: Path):
    assert signing_key(tmp_path / "key.json").kid == signing_key(tmp_path / "key.json").kid
    assert (tmp_path / "key.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_everybody_in_the_demo_file_has_the_documented_password():
    found = json.loads((workspace.root() / "deploy" / "local" / "users.json").read_text())
    hashes = PasswordHash.recommended()
    assert len(found["users"]) >= 5
    assert all(hashes.verify("sevenstep", user["password"]) for user in found["users"])
    assert found["about"].endswith("sevenstep")
