"""Every refusal has the same shape, says what to do, and repeats nothing personal."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from chassis.testing_http import LocalIssuer, MemoryRuntime
from hypothesis import given
from hypothesis import strategies as st

NOTES = "/dealers/SH001/notes"


@pytest.fixture
def advisor(issuer: LocalIssuer) -> dict[str, str]:
    return issuer.bearer("advisor") | {"Idempotency-Key": "k1"}


def well_formed(answer: Any) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "code", "trace_id"} <= body.keys()
    assert (body["status"], body["type"]) == (answer.status_code, f"urn:sevenstep:problem:{body['code']}")
    assert len(body["trace_id"]) == 32
    return body


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"word": "x" * 21}, ["#/word"]),
        ({}, ["#/word"]),
        ({"word": 3}, ["#/word"]),
        ({"word": "x", "extra/part": 1}, ["#/extra~1part"]),
        ([], ["#"]),
    ],
)
async def test_wrong_fields_are_pointed_at(body: Any, places: Any, client: Any, advisor: Any) -> None:
    problem = well_formed(await client.post(NOTES, json=body, headers=advisor))
    assert (problem["status"], problem["code"]) == (422, "validation-failed")
    assert [error["pointer"] for error in problem["errors"]] == places


async def test_a_wrong_parameter_is_named(client: Any, advisor: Any) -> None:
    problem = well_formed(await client.get(f"{NOTES}?limit=0", headers=advisor))
    assert problem["errors"][0]["parameter"] == "limit"
    assert problem["errors"][0]["in"] == "query"


async def test_what_was_sent_is_never_repeated(client: Any, advisor: Any) -> None:
    answer = await client.post(NOTES, json={"word": "13800000000 Zhang of Shanghai"}, headers=advisor)
    assert "13800000000" not in answer.text


async def test_a_body_that_is_no_json_is_400(client: Any, advisor: Any) -> None:
    answer = await client.post(NOTES, content=b"{word", headers={**advisor, "Content-Type": "application/json"})
    assert (answer.status_code, well_formed(answer)["code"]) == (400, "body-not-json")


async def test_a_refusal_of_the_domain_keeps_its_code_and_its_details(
    client: Any, advisor: Any, runtime: MemoryRuntime
) -> None:
    note = (await client.post(NOTES, json={"word": "one"}, headers=advisor)).json()["id"]
    runtime.store.documents["notes"][note]["closed"] = True
    problem = well_formed(await client.post(f"{NOTES}/{note}/words", json={"word": "two"}, headers=advisor))
    assert (problem["status"], problem["code"], problem["details"]) == (409, "note-closed", {"closed_by": "rule"})
    assert problem["detail"] == "the note is closed: write a new one"


async def test_the_kind_of_a_refusal_decides_the_status(client: Any, advisor: Any) -> None:
    problem = well_formed(await client.post(NOTES, json={"word": "secret"}, headers=advisor))
    assert (problem["status"], problem["code"]) == (403, "note-forbidden")


async def test_the_unexpected_is_500_without_internals_and_logged_under_the_same_trace(
    client: Any, advisor: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = well_formed(await client.post(NOTES, json={"word": "boom"}, headers=advisor))
    assert (problem["status"], problem["code"]) == (500, "unexpected")
    assert "13800000000" not in json.dumps(problem)
    line = next(json.loads(text) for text in capsys.readouterr().out.splitlines() if '"unexpected"' in text)
    assert (line["trace_id"], line["dealer"], line["level"]) == (problem["trace_id"], "SH001", "error")
    assert any("conftest.py" in place for place in line["at"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/nowhere", 404, "no-such-route"), ("DELETE", NOTES, 405, "method-not-allowed")],
)
async def test_no_route_is_a_problem_too(method: str, path: str, status: int, code: str, client: Any) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, well_formed(answer)["code"]) == (status, code)


async def test_a_body_over_the_limit_is_413_by_its_declared_length_before_it_is_read(client: Any, advisor: Any) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("read although its length was known to be too much")
        yield b""

    headers = {**advisor, "Content-Length": str(256 * 1024 + 1)}
    answer = await client.post(NOTES, content=never(), headers=headers)
    assert (answer.status_code, well_formed(answer)["code"]) == (413, "body-too-large")


async def test_a_body_over_the_limit_is_413_while_it_is_read(client: Any, advisor: Any) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" " * 1024

    headers = {**advisor, "Content-Type": "application/json"}
    answer = await client.post(NOTES, content=chunks(), headers=headers)
    assert (answer.status_code, well_formed(answer)["code"]) == (413, "body-too-large")


async def test_before_the_store_was_prepared_nothing_is_promised(
    client: Any, advisor: Any, runtime: MemoryRuntime
) -> None:
    """Without its indexes the store would take a second of what there may be one."""
    runtime.prepared = False
    answer = await client.post(NOTES, json={"word": "one"}, headers=advisor)
    assert (answer.status_code, well_formed(answer)["code"]) == (503, "busy")
    assert (await client.get("/health/live")).status_code == 200


# --- lists -----------------------------------------------------------------------------------------------------------


async def test_pages_follow_each_other_without_gap_or_repetition(client: Any, issuer: LocalIssuer) -> None:
    for n in range(7):
        headers = issuer.bearer("advisor") | {"Idempotency-Key": f"k{n}"}
        await client.post(NOTES, json={"word": "one"}, headers=headers)
    seen, url = [], f"{NOTES}?limit=3"
    while url:
        answer = await client.get(url, headers=issuer.bearer("advisor"))
        seen += [item["id"] for item in answer.json()["items"]]
        assert (answer.json()["next"] is None) == ("link" not in answer.headers)
        url = answer.links["next"]["url"] if "link" in answer.headers else ""
    assert (len(seen), seen) == (7, sorted(set(seen)))


@given(cursor=st.text(min_size=1, max_size=30).filter(str.isprintable))
def test_no_cursor_breaks_a_list(cursor: str) -> None:
    from chassis.paging import paging
    from chassis.problems import Problem
    from starlette.responses import Response

    try:
        page = paging(None, Response(), 10, cursor)  # type: ignore[arg-type]
    except Problem as refused:
        assert (refused.status, refused.code) == (400, "cursor-invalid")
    else:
        assert isinstance(page.after, str)
