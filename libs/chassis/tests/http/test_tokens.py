"""Only the issuer's own, present, unaltered access tokens open the door; each forgery is refused with 401."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from chassis.problems import Problem
from chassis.testing_http import AUDIENCE, ISSUER, LocalIssuer
from chassis.tokens import IssuerKeys, Tokens
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

Forge = Callable[[LocalIssuer], str]

HEADER = {"alg": "ES256", "typ": "at+jwt"}


def part(data: Any) -> str:
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def signed(issuer: LocalIssuer, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
    head = {**HEADER, "kid": issuer.key.kid, **(header or {})}
    head = {name: value for name, value in head.items() if value is not None}
    body = issuer.claims(roles=["advisor"], dealers=["SH001"], **claims)
    return jwt.encode(head, body, key or issuer.key, algorithms=[head["alg"]], default_type=None)


def unsigned(issuer: LocalIssuer, header: dict[str, Any], signature: str = "") -> str:
    return f"{part({'kid': issuer.key.kid, **header})}.{part(issuer.claims(roles=['advisor']))}.{signature}"


def with_public_key_as_secret(issuer: LocalIssuer) -> str:
    """Algorithm confusion: the public key, which everybody has, as an HMAC secret."""
    secret = issuer.key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = unsigned(issuer, {"alg": "HS256", "typ": "at+jwt"}).rstrip(".")
    return f"{text}.{part(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def with_other_claims(issuer: LocalIssuer) -> str:
    head, _, signature = signed(issuer).split(".")
    return f"{head}.{part(issuer.claims(roles=['headquarters'], reach='network'))}.{signature}"


def with_high_twin(issuer: LocalIssuer) -> str:
    """A signature in DER instead of the raw form."""
    head, body, signature = signed(issuer).split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    r, s = raw[:32].lstrip(b"\0") or b"\0", raw[32:].lstrip(b"\0") or b"\0"
    r, s = (b"\0" * (r[0] >> 7)) + r, (b"\0" * (s[0] >> 7)) + s
    der = bytes([0x30, len(r) + len(s) + 4, 2, len(r)]) + r + bytes([2, len(s)]) + s
    return f"{head}.{body}.{part(der)}"


def another_key() -> ECKey:
    return ECKey.generate_key("P-256", private=True, auto_kid=True)


def of_rsa(issuer: LocalIssuer) -> str:
    key = RSAKey.generate_key(2048, private=True)
    return signed(issuer, {"alg": "RS256"}, key)


def its_own_key_in_header(issuer: LocalIssuer) -> str:
    key = another_key()
    return signed(issuer, {"jwk": key.as_dict(private=False)}, key)


FORGED: dict[str, Forge] = {
    "alg none": lambda i: unsigned(i, {"alg": "none", "typ": "at+jwt"}),
    "alg None in capitals": lambda i: unsigned(i, {"alg": "NONE", "typ": "at+jwt"}),
    "alg missing": lambda i: unsigned(i, {"typ": "at+jwt"}, "AAAA"),
    "alg a list": lambda i: unsigned(i, {"alg": ["ES256"], "typ": "at+jwt"}, "AAAA"),
    "HS256 with the public key": with_public_key_as_secret,
    "HS256 with a guess": lambda i: signed(i, {"alg": "HS256"}, OctKey.import_key("secret" * 6)),
    "HS256 with nothing": lambda i: unsigned(i, {"alg": "HS256", "typ": "at+jwt"}, ""),
    "another key under the issuer's kid": lambda i: signed(i, key=another_key()),
    "an RSA key under the EC kid": of_rsa,
    "an Ed25519 key under the EC kid": lambda i: signed(
        i, {"alg": "EdDSA"}, OKPKey.generate_key("Ed25519", private=True)
    ),
    "ES384 under the EC kid": lambda i: signed(i, {"alg": "ES384"}, ECKey.generate_key("P-384", private=True)),
    "kid unknown": lambda i: signed(i, {"kid": "no-such-key"}),
    "kid missing": lambda i: signed(i, {"kid": None}),
    "kid empty": lambda i: unsigned(i, {"alg": "ES256", "typ": "at+jwt", "kid": ""}, "AAAA"),
    "kid a path": lambda i: signed(i, {"kid": "../../dev/null"}, another_key()),
    "kid an injection": lambda i: signed(i, {"kid": "' OR 1=1 --"}, another_key()),
    "kid a number": lambda i: unsigned(i, {"alg": "ES256", "typ": "at+jwt", "kid": 1}, "AAAA"),
    "jku of the forger": lambda i: signed(i, {"jku": "https://evil.test/keys"}, another_key()),
    "jwk in the header": its_own_key_in_header,
    "x5u of the forger": lambda i: signed(i, {"x5u": "https://evil.test/cert"}, another_key()),
    "x5c in the header": lambda i: signed(i, {"x5c": ["AAAA"]}, another_key()),
    "crit header": lambda i: unsigned(i, {"alg": "ES256", "typ": "at+jwt", "crit": ["b64"], "b64": True}, "AAAA"),
    "body not encoded": lambda i: unsigned(i, {"alg": "ES256", "typ": "at+jwt", "b64": False}, "AAAA"),
    "typ of an id token of another kind": lambda i: signed(i, {"typ": "logout+jwt"}),
    "typ missing": lambda i: signed(i, {"typ": None}),
    "typ no text": lambda i: unsigned(i, {"alg": "ES256", "typ": 1}, "AAAA"),
    "issuer another": lambda i: signed(i, iss="https://evil.test"),
    "issuer with a slash more": lambda i: signed(i, iss=ISSUER + "/"),
    "issuer a list": lambda i: signed(i, iss=[ISSUER]),
    "issuer missing": lambda i: signed(i, iss=None),
    "audience another": lambda i: signed(i, aud="billing"),
    "audience a part": lambda i: signed(i, aud="sevenstep-admin"),
    "audience a list of others": lambda i: signed(i, aud=["billing", "mail"]),
    "audience an object": lambda i: signed(i, aud={AUDIENCE: True}),
    "audience missing": lambda i: signed(i, aud=None),
    "expired": lambda i: signed(i, exp=int(time.time()) - 31),
    "expiry missing": lambda i: signed(i, exp=None),
    "expiry a text": lambda i: signed(i, exp="9999999999"),
    "expiry true": lambda i: signed(i, exp=True),
    "expiry not a number": lambda i: signed(i, exp=float("nan")),
    "expiry for ever": lambda i: signed(i, exp=float("inf")),
    "not yet valid": lambda i: signed(i, nbf=int(time.time()) + 120),
    "made in the future": lambda i: signed(i, iat=int(time.time()) + 120),
    "subject missing": lambda i: signed(i, sub=None),
    "subject empty": lambda i: signed(i, sub=""),
    "subject too long": lambda i: signed(i, sub="x" * 201),
    "roles a text": lambda i: _claims(i, roles="advisor"),
    "dealers no words": lambda i: _claims(i, dealers=[1]),
    "dealers too many": lambda i: _claims(i, dealers=[f"D{n:03}" for n in range(21)]),
    "reach invented": lambda i: signed(i, reach="universe"),
    "reach without an area": lambda i: signed(i, reach="area:"),
    "claims exchanged": with_other_claims,
    "signature cut": lambda i: signed(i)[:-4],
    "signature missing": lambda i: signed(i).rpartition(".")[0] + ".",
    "signature of zeros": lambda i: signed(i).rpartition(".")[0] + "." + part(bytes(64)),
    "signature in DER": with_high_twin,
    "two parts": lambda i: signed(i).rpartition(".")[0],
    "five parts": lambda i: signed(i) + ".AAAA.AAAA",
    "header no JSON": lambda i: f"{part(b'no json')}.{part({})}.AAAA",
    "header a list": lambda i: f"{part([])}.{part({})}.AAAA",
    "claims a list": lambda i: _with_body(i, b"[]"),
    "claims no JSON": lambda i: _with_body(i, b"{"),
    "nested for ever": lambda i: f"{part(b'[' * 9000)}.{part({})}.AAAA",
    "endless": lambda i: "A" * 20_000,
    "empty": lambda i: "",
    "not ASCII": lambda i: "t\u00f6ken.t\u00f6ken.t\u00f6ken",
}


def _claims(issuer: LocalIssuer, **claims: Any) -> str:
    body = {**issuer.claims(), "roles": ["advisor"], "dealers": ["SH001"], **claims}
    return jwt.encode({**HEADER, "kid": issuer.key.kid}, body, issuer.key, algorithms=["ES256"])


def _with_body(issuer: LocalIssuer, body: bytes) -> str:
    from joserfc import jws

    return jws.serialize_compact({**HEADER, "kid": issuer.key.kid}, body, issuer.key, algorithms=["ES256"])


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_token_is_refused(forge: Forge, issuer: LocalIssuer, client: httpx2.AsyncClient) -> None:
    """X1: 401 as problem+json, with a challenge, whatever was forged."""
    token = forge(issuer)
    answer = await client.get("/dealers/SH001/notes/n1", headers={"Authorization": b"Bearer " + token.encode()})
    assert (answer.status_code, answer.json()["code"]) == (401, "token-invalid")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith('Bearer realm="sevenstep", error="invalid_token"')
    assert not [url for url in issuer.asked if not url.startswith(ISSUER)], "keys come from the issuer only"


async def test_without_a_token_the_challenge_says_how(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/dealers/SH001/notes/n1")
    assert (answer.status_code, answer.json()["code"]) == (401, "token-required")
    assert answer.headers["www-authenticate"] == 'Bearer realm="sevenstep"'


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
async def test_another_scheme_is_no_token(scheme: str, issuer: LocalIssuer, client: httpx2.AsyncClient) -> None:
    answer = await client.get("/dealers/SH001/notes", headers={"Authorization": f"{scheme} {issuer.token('advisor')}"})
    assert answer.status_code == 401


GOOD: dict[str, Forge] = {
    "as made": signed,
    "typ JWT": lambda i: signed(i, {"typ": "JWT"}),
    "typ in full": lambda i: signed(i, {"typ": "application/at+jwt"}),
    "several audiences": lambda i: signed(i, aud=["mail", AUDIENCE]),
    "expired within the skew": lambda i: signed(i, exp=int(time.time()) - 20),
    "valid soon, within the skew": lambda i: signed(i, nbf=int(time.time()) + 20),
    "a certificate's thumbprint": lambda i: signed(i, {"x5t": "AAAA"}),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD.keys())
async def test_a_good_token_says_who_calls(make: Forge, issuer: LocalIssuer) -> None:
    """Without this, a door that refuses everybody would pass for a safe one."""
    principal = await issuer.tokens().principal(f"Bearer {make(issuer)}")
    assert (principal.subject, principal.roles, principal.dealers) == ("anna", {"advisor"}, {"SH001"})


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("EdDSA", OKPKey.generate_key("Ed25519", private=True, auto_kid=True)),
        ("RS256", RSAKey.generate_key(2048, private=True, auto_kid=True)),
    ],
)
async def test_any_allowed_kind_of_key_works(algorithm: str, key: Any, issuer: LocalIssuer) -> None:
    issuer.published.append(key.as_dict(private=False))
    token = signed(issuer, {"alg": algorithm, "kid": key.kid}, key)
    assert (await issuer.tokens().principal(f"Bearer {token}")).subject == "anna"


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("HS256", OctKey.generate_key(256, auto_kid=True)),
        ("RS256", RSAKey.generate_key(1024, private=True, auto_kid=True)),
        ("ES384", ECKey.generate_key("P-384", private=True, auto_kid=True)),
        ("RS512", RSAKey.generate_key(2048, private=True, auto_kid=True)),
        ("ES256", ECKey.generate_key("P-256", private=True, auto_kid=True)),
    ],
    ids=["symmetric", "short RSA", "another curve", "RS512", "for encryption"],
)
async def test_a_weak_or_foreign_kind_of_key_is_not_used_even_if_published(
    algorithm: str, key: Any, issuer: LocalIssuer
) -> None:
    issuer.published.append(key.as_dict() | ({"use": "enc"} if algorithm == "ES256" else {}))
    with pytest.raises(Problem) as refused:
        await issuer.tokens().principal(f"Bearer {signed(issuer, {'alg': algorithm, 'kid': key.kid}, key)}")
    assert refused.value.status == 401


async def test_a_remembered_token_expires_all_the_same(issuer: LocalIssuer) -> None:
    now = [time.time()]
    tokens = issuer.tokens(now=lambda: now[0])
    header = f"Bearer {issuer.token('advisor')}"
    assert await tokens.principal(header)
    now[0] += 3600 + 29
    assert await tokens.principal(header)
    now[0] += 2
    with pytest.raises(Problem):
        await tokens.principal(header)
    with pytest.raises(Problem):
        await tokens.principal(header)


async def test_business_time_never_makes_a_token_valid(issuer: LocalIssuer, runtime: Any, client: Any) -> None:
    """Tokens go by system time: the demo's clock stands in another year."""
    answer = await client.get("/dealers/SH001/notes", headers=issuer.bearer("advisor"))
    assert answer.status_code == 200
    assert runtime.clock.now().timestamp() < time.time() - 3600


async def test_keys_are_fetched_once_and_again_for_an_unknown_kid(
    issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.tokens.REFRESH_PAUSE_S", 0.0)
    tokens = issuer.tokens()
    await tokens.principal(f"Bearer {issuer.token('advisor')}")
    await tokens.principal(f"Bearer {issuer.token('agent')}")
    assert len(issuer.asked) == 2
    issuer.key = another_key()
    issuer.published = [dict(issuer.key.as_dict(private=False))]
    await tokens.principal(f"Bearer {issuer.token('advisor')}")
    assert len(issuer.asked) == 4


async def test_a_flood_of_unknown_kids_asks_the_issuer_once(issuer: LocalIssuer) -> None:
    tokens = issuer.tokens()
    for n in range(5):
        with pytest.raises(Problem):
            await tokens.principal(f"Bearer {signed(issuer, {'kid': f'k{n}'}, another_key())}")
    assert len(issuer.asked) == 2


async def test_a_token_of_a_withdrawn_key_is_forgotten(issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.tokens.REFRESH_PAUSE_S", 0.0)
    tokens = issuer.tokens()
    old = f"Bearer {issuer.token('advisor')}"
    await tokens.principal(old)
    issuer.key = another_key()
    issuer.published = [dict(issuer.key.as_dict(private=False))]
    await tokens.principal(f"Bearer {issuer.token('advisor')}")
    with pytest.raises(Problem) as refused:
        await tokens.principal(old)
    assert refused.value.status == 401


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: httpx2.Response(302, headers={"Location": "https://evil.test/"}),
        lambda _: httpx2.Response(500),
        lambda _: httpx2.Response(200, json={"issuer": "https://evil.test", "jwks_uri": "https://evil.test/keys"}),
        lambda _: httpx2.Response(200, content=b"<html>"),
        lambda _: httpx2.Response(200, json=[]),
    ],
    ids=["redirect", "error", "another issuer", "no JSON", "a list"],
)
async def test_an_issuer_that_cannot_be_trusted_now_is_503_and_no_verdict(answer: Any, issuer: LocalIssuer) -> None:
    asked: list[str] = []

    def noted(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return answer(request)

    tokens = Tokens(IssuerKeys(ISSUER, httpx2.MockTransport(noted)), ISSUER, AUDIENCE)
    with pytest.raises(Problem) as away:
        await tokens.principal(f"Bearer {issuer.token('advisor')}")
    assert (away.value.status, away.value.headers["Retry-After"]) == (503, "2")
    assert asked == [f"{ISSUER}/.well-known/openid-configuration"], "no redirect is followed"
