"""The short way to a route answers what FastAPI's own way answers."""

import json
from typing import Any

import pytest
from chassis.lane import Lane
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from fastapi import FastAPI

NOTES = "/dealers/SH001/notes"
JSON = {"Content-Type": "application/json"}
REQUESTS: list[tuple[str, str, bytes | None, dict[str, str]]] = [
    ("GET", f"{NOTES}/n1", None, {}),
    ("GET", f"{NOTES}/n1/", None, {}),
    ("GET", f"{NOTES}/nobody", None, {}),
    ("GET", "/dealers/BE001/notes/n1", None, {}),
    ("GET", "/dealers//notes/n1", None, {}),
    ("GET", NOTES, None, {}),
    ("GET", f"{NOTES}?limit=1", None, {}),
    ("GET", f"{NOTES}?limit=many&limit=2", None, {}),
    ("GET", f"{NOTES}?limit=0", None, {}),
    ("GET", "/notes", None, {}),
    ("GET", "/nowhere", None, {}),
    ("HEAD", f"{NOTES}/n1", None, {}),
    ("DELETE", f"{NOTES}/n1", None, {}),
    ("POST", f"{NOTES}/n1/words", b'{"word": "two"}', {"Idempotency-Key": "k1"}),
    ("POST", f"{NOTES}/n1/words?queue=day", b'{"word": "three"}', {"Idempotency-Key": "k2"}),
    ("POST", f"{NOTES}/n1/words", b'{"word": "two"}', {}),
    ("POST", f"{NOTES}/n1/words", b'{"word": "two"}', {"Idempotency-Key": "k3", "Authorization": "Bearer no"}),
    ("POST", f"{NOTES}/n1/words", b'{"word": 2}', {"Idempotency-Key": "k4"}),
    ("POST", f"{NOTES}/n1/words", b'{"word": 2}', {"Idempotency-Key": "k4", "Authorization": "Bearer no"}),
    ("POST", f"{NOTES}/n1/words", b'{"word": "two", "other": 1}', {"Idempotency-Key": "k5"}),
    ("POST", f"{NOTES}/n1/words", b"null", {"Idempotency-Key": "k6"}),
    ("POST", f"{NOTES}/n1/words", b"{", {"Idempotency-Key": "k7"}),
    ("POST", f"{NOTES}/n1/words", b"[" * 100_000, {"Idempotency-Key": "k8"}),
    ("POST", f"{NOTES}/n1/words", b"", {"Idempotency-Key": "k9"}),
    ("POST", f"{NOTES}/n1/words", b'{"word": "secret"}', {"Idempotency-Key": "k10"}),
    ("PUT", f"{NOTES}/n1", b'{"word": "new"}', {"If-Match": '"1"'}),
    ("PUT", f"{NOTES}/n1", b'{"word": "new"}', {"If-Match": '"7"'}),
    ("PUT", f"{NOTES}/n1", b'{"word": "new"}', {}),
]


@pytest.mark.parametrize(("method", "path", "body", "headers"), REQUESTS)
async def test_both_ways_answer_the_same(
    method: str, path: str, body: bytes | None, headers: dict[str, str], app: FastAPI, issuer: LocalIssuer,
    runtime: MemoryRuntime,
) -> None:  # fmt: skip
    kept = {"_id": "n1", "id": "n1", "dealer_id": "SH001", "words": ["one"], "closed": False, "_version": 1}
    lane, answers = app.router.middleware_stack, []
    for way in (lane, app.router.app):
        app.router.middleware_stack = way
        runtime.store.documents["notes"] = {"n1": dict(kept)}
        async with client_of(app) as client:
            given = issuer.bearer("advisor", "manager") | (JSON if body is not None else {}) | headers
            answer = await client.request(method, path, content=body, headers=given)
        said = json.loads(answer.content) if answer.content else {}
        said.pop("trace_id", None) if isinstance(said, dict) else None
        answers.append((answer.status_code, said, {k: v for k, v in answer.headers.items() if k != "content-length"}))
    assert answers[0] == answers[1]


def test_the_toys_plain_routes_go_the_short_way_and_those_that_ask_more_do_not(app: FastAPI) -> None:
    lane: Any = app.router.middleware_stack
    assert isinstance(lane, Lane)

    def is_short(method: str, path: str) -> bool:
        return lane.way_of({"type": "http", "method": method, "path": path}) is not None

    assert is_short("GET", f"{NOTES}/n1")
    assert is_short("POST", f"{NOTES}/n1/words")
    assert not is_short("GET", f"{NOTES}/n1/other")
    assert not is_short("GET", "/docs")


async def test_what_nobody_may_do_twice_is_called_once_though_the_check_of_the_body_fails(
    app: FastAPI, issuer: LocalIssuer, runtime: MemoryRuntime
) -> None:
    """Everything is checked before anything is called; so FastAPI, which then says what is wrong, is the first."""
    asked: list[str] = []
    tokens, known = app.state.tokens, app.state.tokens.principal

    async def principal(authorization: str | None) -> Any:
        asked.append(authorization or "")
        return await known(authorization)

    tokens.principal = principal
    async with client_of(app) as client:
        headers = issuer.bearer("advisor") | {"Idempotency-Key": "k"}
        answer = await client.post(f"{NOTES}/n1/words", json={"word": 2}, headers=headers)
    assert (answer.status_code, len(asked)) == (422, 1)
