"""Health, figures, the clock, dead letters and the pages: for those who run and those who build on the platform."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import chassis
import httpx2
import pytest
from chassis.pages import STATIC, events_body
from chassis.testing_http import LocalIssuer, MemoryRuntime
from chassis.unit import Unknown
from contracts.asyncapi import document
from contracts.booking import CapacityChanged


@pytest.fixture
def operator(issuer: LocalIssuer) -> dict[str, str]:
    return issuer.bearer("operations", dealers=(), sub="olga")


async def test_ready_says_why_not(client: Any, runtime: MemoryRuntime) -> None:
    assert (await client.get("/health/ready")).json() == {"status": "ready", "reasons": []}
    runtime.ill = ["relay: no broker"]
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["relay: no broker"])
    assert (await client.get("/health/live")).status_code == 200, "waiting helps, a restart does not"


@pytest.mark.parametrize("path", ["/ops/backlog", "/ops/clock", "/ops/deadletters", "/ops/deadletters/x"])
async def test_only_operations_sees_the_inside(path: str, client: Any, issuer: LocalIssuer) -> None:
    assert (await client.get(path)).status_code == 401
    assert (await client.get(path, headers=issuer.bearer("headquarters", reach="network"))).status_code == 403


async def test_operations_sees_no_dealers_documents(client: Any, operator: dict[str, str]) -> None:
    assert (await client.get("/dealers/SH001/notes", headers=operator)).status_code == 404


async def test_the_clock_is_moved_forward_by_hand_only(client: Any, operator: Any, runtime: MemoryRuntime) -> None:
    later = runtime.clock.now() + timedelta(hours=2)
    moved = await client.put("/ops/clock", json={"now": later.isoformat()}, headers=operator)
    assert (moved.status_code, runtime.clock.now()) == (200, later)
    back = await client.put("/ops/clock", json={"now": (later - timedelta(seconds=1)).isoformat()}, headers=operator)
    assert (back.status_code, back.json()["code"], runtime.clock.now()) == (409, "clock-goes-forward-only", later)
    naive = await client.put("/ops/clock", json={"now": "2025-06-23T10:00:00"}, headers=operator)
    assert naive.status_code == 422
    for never in ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"):
        refused = await client.put("/ops/clock", json={"now": never}, headers=operator)
        assert (refused.status_code, runtime.clock.now()) == (422, later), "it could never be moved back"
    assert (await client.get("/ops/clock", headers=operator)).json()["manual"] is True


async def test_production_time_cannot_be_moved(client: Any, operator: Any, runtime: MemoryRuntime) -> None:
    runtime.settings = runtime.settings.model_copy(update={"clock": "system"})
    answer = await client.put("/ops/clock", json={"now": "2099-01-01T00:00:00Z"}, headers=operator)
    assert (answer.status_code, answer.json()["code"]) == (409, "clock-is-the-systems")


ODD = "facts|a/b?c#d é%2F"
"""Whoever sent it chose the id."""


class Aside:
    """Dead letters in a dictionary."""

    def __init__(self) -> None:
        same = {
            "consumer": "facts",
            "type": "toy.noted.v1",
            "lane": "toy.events/note/n1",
            "sequence": 1,
            "reason": "ValueError: no such note",
            "waits_for": "",
            "tries": 5,
            "since": datetime(2025, 6, 23, tzinfo=UTC),
            "next_try": datetime(2025, 6, 23, tzinfo=UTC),
            "topic": "toy.events",
            "partition": 0,
            "offset": 7,
            "key": b"\xff",
            "value": b"{}",
        }
        headers = [["ce_id", b"f1"], ["bad", b"\xff"], ["twice", b"a"], ["twice", b"b"], ["null", None]]
        self.rows: dict[str, dict[str, Any]] = {
            id: {**same, "_id": id, "state": state, "headers": headers}
            for id, state in (("f1", "DEAD"), (ODD, "PARKED"), ("old", "DROPPED"))
        }

    async def list(self, state: str | None, limit: int, **wanted: str | None) -> list[dict[str, Any]]:
        asked = {name: value for name, value in {**wanted, "state": state}.items() if value is not None}
        found = [row for row in self.rows.values() if asked.items() <= row.items()]
        return [{name: row[name] for name in row if name not in ("value", "headers", "key")} for row in found[:limit]]

    async def get(self, id: str) -> dict[str, Any]:
        if id not in self.rows:
            raise Unknown(id)
        return self.rows[id]

    async def replay(self, id: str, actor: str) -> None:
        (await self.get(id)).update(state="PARKED", replayed_by=actor)

    async def drop(self, id: str, reason: str, actor: str) -> None:
        (await self.get(id)).update(state="DROPPED", dropped_by=actor, dropped_because=reason)


@pytest.fixture
def aside(runtime: MemoryRuntime) -> Aside:
    runtime.set_aside = aside = Aside()
    return aside


async def test_dead_letters_are_listed_by_state_consumer_and_type(client: Any, operator: Any, aside: Aside) -> None:
    async def ids(query: str) -> list[str]:
        listed = await client.get(f"/ops/deadletters{query}", headers=operator)
        assert listed.status_code == 200, listed.text
        return [row["id"] for row in listed.json()["items"]]

    assert await ids("") == ["f1", ODD, "old"]
    assert await ids("?state=DEAD") == ["f1"]
    assert await ids("?consumer=facts&type=toy.noted.v1&limit=2") == ["f1", ODD]
    assert await ids("?consumer=others") == []
    assert (await client.get("/ops/deadletters?state=GONE", headers=operator)).status_code == 422


async def test_a_dead_letter_is_shown_with_every_byte_it_came_with(client: Any, operator: Any, aside: Aside) -> None:
    """Headers may come twice, be null, or be no text at all."""
    shown = (await client.get("/ops/deadletters/f1", headers=operator)).json()
    assert (shown["value"], shown["key"]) == ("{}", {"base64": "/w=="})
    named = [(header["name"], header["value"]) for header in shown["headers"]]
    assert named == [("ce_id", "f1"), ("bad", {"base64": "/w=="}), ("twice", "a"), ("twice", "b"), ("null", None)]
    assert (await client.get("/ops/deadletters/f2", headers=operator)).status_code == 404


@pytest.mark.parametrize("id", ["f1", ODD])
async def test_a_dead_letter_of_any_id_is_shown_replayed_and_dropped_with_a_reason(
    id: str, client: Any, operator: Any, aside: Aside
) -> None:
    at = f"/ops/deadletters/{quote(id, safe='')}"
    assert (await client.get(at, headers=operator)).json()["id"] == id
    assert (await client.post(f"{at}/replay", headers=operator)).status_code == 202
    assert aside.rows[id]["replayed_by"] == "operations:olga"
    assert (await client.post(f"{at}/drop", json={}, headers=operator)).status_code == 422
    dropped = await client.post(f"{at}/drop", json={"reason": "test data"}, headers=operator)
    assert (dropped.status_code, dropped.json()) == (200, {"id": id, "state": "DROPPED"})
    assert (await client.get(at, headers=operator)).json()["dropped_because"] == "test data"


async def test_figures_count_requests_by_template_and_never_by_id(client: Any, issuer: LocalIssuer) -> None:
    await client.get("/dealers/SH001/notes/visit-77", headers=issuer.bearer("advisor"))
    await client.get("/nowhere/visit-77")
    text = (await client.get("/metrics")).text
    assert re.search(r'sevenstep_http_requests_total\{method="GET",route="[^"]*\{visit_id\}",status="404"\} ', text)
    assert "visit-77" not in text
    assert "sevenstep_outbox_pending 0.0" in text


async def test_figures_come_even_when_the_backlog_cannot_be_asked(
    client: Any, runtime: MemoryRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> dict[str, Any]:
        raise ConnectionError("no broker")

    monkeypatch.setattr(runtime, "backlog", away)
    assert (await client.get("/metrics")).status_code == 200


# --- pages and documents ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/docs", "/docs/events"])
async def test_a_page_loads_everything_from_here(path: str, client: httpx2.AsyncClient) -> None:
    page = await client.get(path)
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page.text)
    assert not re.search(r"<script(?![^>]*src=)", page.text)
    for asset in re.findall(r"""(?:src|href)=["']((?:docs/)?static/[^"']+)""", page.text):
        found = await client.get(str(httpx2.URL(f"http://service.test{path}").join(asset)))
        assert found.status_code == 200, asset


def test_vendored_files_are_as_published() -> None:
    lines = [line.split("  ") for line in (STATIC / "CHECKSUMS").read_text().splitlines() if not line.startswith("#")]
    assert {name for _, name in lines} == {f"swagger-ui/{path.name}" for path in (STATIC / "swagger-ui").iterdir()}
    for digest, name in lines:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name


def test_the_wheel_would_carry_the_pages() -> None:
    assert STATIC.is_relative_to(Path(chassis.__file__).parent)


async def test_the_events_page_names_every_message_of_the_asyncapi_document(client: Any) -> None:
    told = (await client.get("/asyncapi.json")).json()
    page = (await client.get("/docs/events")).text
    assert told["asyncapi"] == "3.0.0"
    assert CapacityChanged.wire_type in told["components"]["messages"]
    assert all(f"id='{name}'" in page for name in told["components"]["messages"])


def test_what_an_event_says_cannot_become_markup() -> None:
    evil = document("booking", [])
    evil["info"]["description"] = "<script>alert(1)</script>"
    assert "<script>" not in events_body(evil)


async def test_openapi_tells_who_may_and_what_can_go_wrong(client: Any) -> None:
    told = (await client.get("/openapi.json")).json()
    post = told["paths"]["/dealers/{dealer_id}/notes"]["post"]
    assert post["operationId"] == "write_note"
    assert post["security"] == [{"token": []}]
    assert "`advisor`" in post["description"]
    assert {"400", "401", "403", "404", "409", "412", "413", "422", "503"} <= post["responses"].keys()
    headers = {part["name"]: part["required"] for part in post["parameters"] if part["in"] == "header"}
    assert headers == {"Idempotency-Key": True, "If-Match": False}
    put = told["paths"]["/dealers/{dealer_id}/notes/{visit_id}"]["put"]
    assert "428" in put["responses"]
    assert "security" not in told["paths"]["/links/{token}"]["get"]
    assert "401" not in told["paths"]["/health/live"]["get"]["responses"]


async def test_every_reference_in_openapi_leads_somewhere(client: Any) -> None:
    answer = await client.get("/openapi.json")
    told = answer.json()
    for reference in set(re.findall(r'"\$ref":\s*"#/([^"]+)"', answer.text)):
        place = told
        for step in reference.split("/"):
            place = place[step]
    assert told["info"]["title"] == "Sevenstep booking"
