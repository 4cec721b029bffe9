"""A toy service on the memory store: notes that are written, changed, closed, and read through a personal link."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

import httpx2
import pytest
from chassis.access import Look, command, reader
from chassis.app import service
from chassis.commands import Call
from chassis.documents import Documents
from chassis.links_door import LinkCall, link_call
from chassis.live import live
from chassis.paging import Listing, Page, paging
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from chassis.unit import Unit
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response


class Refused(Exception):
    """What the toy's rules refuse."""

    code = "refused"
    kind = "conflict"


class NoteClosed(Refused):
    code = "note-closed"
    details: dict[str, Any] = {"closed_by": "rule"}  # noqa: RUF012


class WordTaken(Refused):
    code = "word-taken"


class NoteForbidden(Refused):
    code, kind = "note-forbidden", "forbidden"


@dataclass
class Note:
    """The toy's aggregate."""

    id: str
    dealer_id: str
    words: list[str] = field(default_factory=list)
    closed: bool = False


NOTES = Documents("notes", "note", Note, id_of=lambda note: note.id)


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    word: str = Field(max_length=20)


class Written(BaseModel):
    id: str
    words: int

    @classmethod
    def of(cls, note: Note) -> "Written":
        return cls(id=note.id, words=len(note.words))


router = APIRouter(prefix="/dealers/{dealer_id}/notes", tags=["notes"])
Writer = Annotated[Call, Depends(command("advisor", "agent"))]
Reader = Annotated[Look, Depends(reader("advisor", "headquarters", "area_manager"))]


async def write(unit: Unit, id: str, dealer_id: str, word: str) -> Note:
    if word == "boom":
        raise RuntimeError("phone 13800000000 must not be told")
    if word == "secret":
        raise NoteForbidden("nobody may write that")
    if word == "unique" and await unit.count(NOTES, {"words": word}):
        raise WordTaken("another note has it: choose another word")
    note = await unit.find(NOTES, id)
    if note is None:
        note = Note(id, dealer_id, [word])
        unit.add(NOTES, note)
        return note
    if note.closed:
        raise NoteClosed("the note is closed: write a new one")
    await asyncio.sleep(0)
    note.words.append(word)
    unit.save(NOTES, note)
    return note


@router.post("", status_code=201, response_model=Written, summary="Write a note")
async def write_note(dealer_id: str, body: Words, call: Writer) -> Response:
    id = call.derived_id()
    return await call.perform(NOTES, id, lambda unit: write(unit, id, dealer_id, body.word), answer=Written.of)


@router.post("/{visit_id}/words", response_model=Written, summary="Add a word")
async def add_word(visit_id: str, dealer_id: str, body: Words, call: Writer, queue: str | None = None) -> Response:
    async def add(unit: Unit) -> Note:
        await unit.get(NOTES, visit_id)
        return await write(unit, visit_id, dealer_id, body.word)

    return await call.perform(NOTES, visit_id, add, answer=Written.of, queue=queue)


@router.put("/{visit_id}", response_model=Written, summary="Replace a note's words")
async def replace_note(visit_id: str, body: Words, call: Writer) -> Response:
    async def replace(unit: Unit) -> Note:
        note = await unit.get(NOTES, visit_id)
        note.words = [body.word]
        unit.save(NOTES, note)
        return note

    return await call.perform(NOTES, visit_id, replace, answer=Written.of)


@router.get("/{visit_id}", response_model=Written, summary="Read a note")
@live(NOTES)
async def read_note(visit_id: str, look: Reader) -> Written:
    note = await look.unit.get(NOTES, visit_id)
    look.etag(NOTES, visit_id)
    return Written.of(note)


@router.get("", response_model=Listing[Written], summary="List notes")
async def list_notes(look: Reader, page: Annotated[Page, Depends(paging)]) -> Listing[Written]:
    after = {"id": {"$gt": page.after}} if page.after else {}
    rows = await look.unit.query(NOTES, after, sort=[("id", 1)], limit=page.limit + 1)
    return page.listing(rows, Written.of, lambda note: note.id)


everywhere = APIRouter(tags=["network"])


@everywhere.get("/notes", summary="Notes of all my dealers")
async def list_all_notes(
    look: Annotated[Look, Depends(reader("headquarters", "area_manager", "manager", network=True))],
) -> list[str]:
    return [note.id for note in await look.unit.query(NOTES, {})]


links = APIRouter(tags=["links"])


@links.get("/links/{token}", response_model=Written, summary="Read by link")
async def read_by_link(link: Annotated[LinkCall, Depends(link_call("reading"))]) -> Written:
    return Written.of(await link.unit.get(NOTES, link.claims.subject))


@links.post("/links/{token}/words", response_model=Written, summary="Add a word by link")
async def add_word_by_link(body: Words, link: Annotated[LinkCall, Depends(link_call("reading"))]) -> Response:
    id, dealer_id = link.claims.subject, link.dealer_id
    return await link.perform(NOTES, id, lambda unit: write(unit, id, dealer_id, body.word), answer=Written.of)


async def dealers_in(unit: Unit, kind: str, id: str) -> set[str]:
    return {("area", "east"): {"SH001", "SH002"}}.get((kind, id), set())


@pytest.fixture
def issuer() -> LocalIssuer:
    return LocalIssuer()


@pytest.fixture
def runtime() -> MemoryRuntime:
    return MemoryRuntime()


@pytest.fixture
def app(runtime: MemoryRuntime, issuer: LocalIssuer) -> FastAPI:
    return service(
        name="booking",  # a real one's name: its AsyncAPI document is found by it
        settings=runtime.settings,
        documents=[NOTES],
        routers=[router, everywhere, links],
        refusals=Refused,
        dealers_in=dealers_in,
        runtime=runtime,  # type: ignore[arg-type]
        tokens=issuer.tokens(),
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
def link_of(runtime: MemoryRuntime) -> Callable[..., str]:
    """The token of a personal link to a note."""

    def make(note_id: str, purpose: str = "reading", hours: int = 24) -> str:
        return runtime.links.sign(purpose, "SH001", note_id, runtime.clock.now() + timedelta(hours=hours))

    return make
