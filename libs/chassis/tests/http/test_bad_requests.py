"""Requests nobody should send: each is told what is wrong and what to do, and nothing of it comes through the door."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any

import pytest
from chassis.access import Look, command, reader
from chassis.app import service
from chassis.commands import Call
from chassis.documents import Documents
from chassis.raw_bodies import Content, RawBody, described, takes_bytes
from chassis.settings import ServiceSettings
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from chassis.unit import Unit
from contracts.event import Event
from contracts.values import Day, UtcTime
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

ISSUER = LocalIssuer()
NOTES = "/dealers/SH001/notes"


@dataclass
class Note:
    id: str
    dealer_id: str
    text: str


class Noted(Event):
    """Somebody wrote a note."""

    service = "toy"
    wire_type = "toy.noted.v1"

    text: str


class NoteBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    stars: float | None = None
    at: UtcTime | None = None
    day: Day | None = None
    opens: time | None = None


class NoteAnswer(BaseModel):
    id: str


DOCUMENTS = Documents("notes", "note", Note, id_of=lambda note: note.id)
router = APIRouter()


@router.post("/dealers/{dealer_id}/notes", status_code=201, response_model=NoteAnswer)
async def write_note(dealer_id: str, body: NoteBody, call: Annotated[Call, Depends(command("advisor"))]) -> Response:
    note = Note(call.derived_id(), dealer_id, body.text)

    async def write(unit: Unit) -> Note:
        unit.add(DOCUMENTS, note, [Noted(text=body.text)])
        return note

    return await call.perform(DOCUMENTS, note.id, write, answer=lambda done: NoteAnswer(id=done.id))


@router.get("/dealers/{dealer_id}/notes")
async def list_notes(
    dealer_id: str, look: Annotated[Look, Depends(reader("advisor"))], day: Day = date(2025, 6, 23)
) -> dict[str, Any]:
    return {"day": day}


@router.get("/dealers/{dealer_id}/notes/of/{author}")
async def read_notes_of(dealer_id: str, author: str, look: Annotated[Look, Depends(reader("advisor"))]) -> str:
    return author


SCANS = RawBody(("image/png", "image/jpeg"), 1_000)


@router.post("/dealers/{dealer_id}/scans", status_code=201, openapi_extra=described(SCANS, "Any image."))
@takes_bytes(SCANS)
async def keep_scan(dealer_id: str, content: Content, call: Annotated[Call, Depends(command("advisor"))]) -> int:
    return len(content)


class Door:
    """A toy's door on the memory store."""

    def __init__(self) -> None:
        self.runtime = MemoryRuntime()
        app = service(
            name="toy",
            settings=ServiceSettings(clock="manual"),
            documents=[DOCUMENTS],
            routers=[router],
            runtime=self.runtime,  # type: ignore[arg-type]
            tokens=ISSUER.tokens(),
        )
        self.http = client_of(app)
        self.document = app.openapi()

    async def send(self, body: Any, kind: str | None = "application/json", at: str = NOTES, **headers: str) -> Any:
        sent = {**ISSUER.bearer("advisor"), "Idempotency-Key": "k-1", **headers}
        if kind is not None:
            sent["Content-Type"] = kind
        return await self.http.post(at, content=body, headers=sent)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    yield door
    await door.http.aclose()


def is_problem(answer: Any, status: int, code: str) -> bool:
    """A problem document of this code whose detail is a sentence."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return len(answer.json()["detail"]) > 20


SCANNED = "/dealers/SH001/scans"
UNREADABLE = b"\x89PNG \x00\x7f NaN \xc2\x80 \\u0000"
"""Bytes that JSON would be refused for."""


@pytest.mark.parametrize("kind", ["image/png", "IMAGE/JPEG; q=1"])
async def test_a_file_is_taken_as_it_is_where_files_are_taken(door: Door, kind: str) -> None:
    answer = await door.send(UNREADABLE, kind, SCANNED)
    assert (answer.status_code, answer.json()) == (201, len(UNREADABLE))


@pytest.mark.parametrize("kind", ["application/json", "image/svg+xml", "text/html", "image/pngx", None])
async def test_where_files_are_taken_nothing_else_is(door: Door, kind: str | None) -> None:
    assert is_problem(await door.send(b"{}", kind, SCANNED), 415, "media-type")


async def test_a_compressed_file_is_refused(door: Door) -> None:
    refused = await door.send(UNREADABLE, "image/png", SCANNED, **{"Content-Encoding": "gzip"})
    assert is_problem(refused, 415, "media-type")


@pytest.mark.parametrize("at", [NOTES, "/dealers/SH001/scans/", "/dealers/SH001/x/scans"])
async def test_a_file_is_taken_nowhere_else(door: Door, at: str) -> None:
    assert is_problem(await door.send(UNREADABLE, "image/png", at), 415, "media-type")


async def test_a_file_over_its_routes_limit_is_refused_declared_or_not(door: Door) -> None:
    async def in_parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield bytes(400)

    assert is_problem(await door.send(bytes(1_001), "image/png", SCANNED), 413, "body-too-large")
    assert is_problem(await door.send(in_parts(), "image/png", SCANNED), 413, "body-too-large")
    assert (await door.send(bytes(1_000), "image/png", SCANNED)).status_code == 201


async def test_who_may_not_send_a_file_is_told_nothing_about_it(door: Door) -> None:
    """X1."""
    foreign = ISSUER.bearer("advisor", dealers=("SH002",))
    assert is_problem(await door.send(UNREADABLE, "image/png", SCANNED, **foreign), 404, "unknown")


def test_the_document_tells_what_files_a_route_takes(door: Door) -> None:
    told = door.document["paths"]["/dealers/{dealer_id}/scans"]["post"]["requestBody"]
    assert told["required"] and list(told["content"]) == ["image/png", "image/jpeg"]
    assert "1,000 bytes" in told["description"]


async def test_a_body_in_plain_json_is_taken(door: Door) -> None:
    for n, text in enumerate(
        ('{"text": "tyres\\n\\tnew"}', '{"text": "\\ud83d\\ude97 \\\\u0000"}', '{"text": "轮胎 NaN"}')
    ):
        answer = await door.send(text, **{"Idempotency-Key": f"good-{n}"})
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", None]
)
async def test_a_body_that_is_not_called_json_is_415(door: Door, kind: str | None) -> None:
    assert is_problem(await door.send('{"text": "a"}', kind), 415, "media-type")


async def test_a_compressed_body_is_415(door: Door) -> None:
    assert is_problem(await door.send(b"\x1f\x8b\x08", **{"Content-Encoding": "gzip"}), 415, "media-type")


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": ',
        b'{"text": "\xff\xfe"}',
        b"[" * 100_000,
        b'{"stars": ' + b"9" * 5_000 + b"}",
        b'{"text": "a", "stars": NaN}',
        b'{"text": "a", "stars": -Infinity}',
        b"\x1f\x8b\x08\x00 no json at all",
    ],
    ids=["cut off", "not UTF-8", "deep", "endless number", "NaN", "Infinity", "compressed"],
)
async def test_a_body_that_is_no_json_is_400_and_told_so(door: Door, body: bytes) -> None:
    assert is_problem(await door.send(body), 400, "body-not-json")


@pytest.mark.parametrize("escape", ["\\u0000", "\\u0007", "\\u001b", "\x7f", "\\u009f", "\\ud800", "\\udfff"])
@pytest.mark.parametrize("where", ['{"text": "a%sb"}', '{"text": "a", "%s": 1}', '{"text": ["%s"]}'])
async def test_characters_no_text_has_are_422_wherever_they_stand(door: Door, escape: str, where: str) -> None:
    assert is_problem(await door.send(where % escape), 422, "unprintable-text")


@pytest.mark.parametrize("name", ["at", "day"])
@pytest.mark.parametrize("year", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
async def test_times_no_clock_shows_are_422(door: Door, name: str, year: str) -> None:
    """Year 9999 with a western offset is beyond what can be reckoned with."""
    value = {"at": f"{year}T00:30:00+14:00" if year < "2" else f"{year}T23:30:00-12:00", "day": year}[name]
    assert is_problem(await door.send(f'{{"text": "a", "{name}": "{value}"}}'), 422, "validation-failed")


async def test_a_day_out_of_reach_in_a_query_is_422(door: Door) -> None:
    answer = await door.http.get(NOTES, params={"day": "9999-12-31"}, headers=ISSUER.bearer("advisor"))
    assert is_problem(answer, 422, "validation-failed")


async def test_a_parameter_that_says_two_things_is_422(door: Door) -> None:
    answer = await door.http.get(f"{NOTES}?day=2025-06-23&day=2025-06-24", headers=ISSUER.bearer("advisor"))
    assert is_problem(answer, 422, "parameter-repeated")


@pytest.mark.parametrize("escape", ["%00", "%1b%5b31m", "%7f", "%C2%85"])
async def test_characters_no_text_has_are_422_in_an_address_too(door: Door, escape: str) -> None:
    advisor = ISSUER.bearer("advisor")
    assert is_problem(await door.http.get(f"{NOTES}?day={escape}", headers=advisor), 422, "unprintable-text")
    assert is_problem(await door.http.get(f"{NOTES}/of/{escape}", headers=advisor), 422, "unprintable-text")
    foreign = await door.http.get(f"/dealers/SH002/notes/of/{escape}", headers=advisor)
    assert is_problem(foreign, 404, "unknown")


async def test_what_makes_a_fact_too_large_is_413_and_changes_nothing(door: Door) -> None:
    assert is_problem(await door.send('{"text": "%s"}' % ("x" * 70_000)), 413, "event-too-large")
    assert door.runtime.store.documents == {}


async def test_an_address_that_is_none_says_where_they_are_listed(door: Door) -> None:
    nowhere = await door.http.get("/dealers/SH001/nothing", headers=ISSUER.bearer("advisor"))
    assert is_problem(nowhere, 404, "no-such-route")
    wrong = await door.http.delete(NOTES, headers=ISSUER.bearer("advisor"))
    assert is_problem(wrong, 405, "method-not-allowed")
    assert wrong.headers["allow"]


def test_the_document_tells_the_answers_of_the_door_itself() -> None:
    told = Door().document["paths"]["/dealers/{dealer_id}/notes"]
    assert {"400", "401", "403", "404", "409", "412", "413", "415", "422", "503"} <= told["post"]["responses"].keys()
    assert "415" not in told["get"]["responses"]
    [key] = [one for one in told["post"]["parameters"] if one["name"] == "Idempotency-Key"]
    assert key["schema"]["pattern"] == "^[!-~]{1,200}$"


def test_a_time_of_day_is_told_as_one_without_a_zone() -> None:
    """What the format "time" of JSON Schema means has a zone, and no opening hours have."""
    told = Door().document["components"]["schemas"]["NoteBody"]["properties"]["opens"]
    assert [one.get("pattern") for one in told["anyOf"]] == [r"^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$", None]
