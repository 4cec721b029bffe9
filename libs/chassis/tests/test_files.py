"""Files: with their document or not at all, as they were given, and readable as GridFS. The same sentences for both
stores."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from chassis.documents import Documents
from chassis.files import CHUNK_BYTES, FileBroken, Files
from chassis.links import Links
from chassis.scopes import Dealers
from chassis.store import VersionConflict
from chassis.store_mongo import MongoStore
from chassis.testing import ReadableSealing
from chassis.unit import Unit, Unknown
from gridfs import AsyncGridFSBucket
from pymongo import AsyncMongoClient

NOW = datetime(2025, 6, 23, 8, 15, 0, 123_000, tzinfo=UTC)


@dataclass
class Paper:
    """Something that files are kept with."""

    id: str
    dealer_id: str = "SH001"
    word: str = ""


PAPERS = Documents("papers", "paper", Paper, id_of=lambda paper: paper.id)
FILES = Files("scans")


@pytest.fixture
def documents() -> list[Documents[Any]]:
    return [PAPERS, FILES.entries, FILES.chunks]


def unit_of(store: Any, scope: Dealers | None = None) -> Unit:
    return Unit(
        store,
        scope=scope or Dealers.of("SH001"),
        actor="advisor:anna",
        now=NOW,
        sealing=ReadableSealing(),
        links=Links(b"x"),
    )


LONG = b"\xff\x00" * CHUNK_BYTES + b"end"


async def filed(store: Any, content: bytes, person_id: str | None = None, dealer_id: str = "SH001") -> Unit:
    unit = unit_of(store, Dealers.of(dealer_id))
    await FILES.keep(unit, ("f1", dealer_id, "/a/scan"), "image/png", content, person_id)
    await unit.commit()
    return unit_of(store)


@pytest.mark.parametrize("person_id", [None, "person-1"])
@pytest.mark.parametrize("content", [b"", b"short", LONG])
async def test_a_file_is_read_back_as_it_was_given(store: Any, content: bytes, person_id: str | None) -> None:
    unit = await filed(store, content, person_id)
    entry = await unit.get(FILES.entries, "f1")
    assert await FILES.content(unit, "f1") == content
    assert (entry.size, entry.sha256) == (len(content), hashlib.sha256(content).hexdigest())


async def test_a_file_is_kept_with_its_document_or_not_at_all(store: Any) -> None:
    paper = unit_of(store)
    paper.add(PAPERS, Paper("a"))
    await paper.commit()
    overtaken, quick = unit_of(store), unit_of(store)
    for unit, word in ((overtaken, "second"), (quick, "first")):
        thing = await unit.get(PAPERS, "a")
        thing.word = word
        unit.save(PAPERS, thing)
    await FILES.keep(overtaken, ("f1", "SH001", "/a/scan"), "image/png", LONG)
    await quick.commit()
    with pytest.raises(VersionConflict):
        await overtaken.commit()
    assert await unit_of(store).query(FILES.entries, {}) == []
    assert await unit_of(store).query(FILES.chunks, {}) == []


async def test_a_removed_file_leaves_nothing(store: Any) -> None:
    unit = await filed(store, LONG)
    await FILES.remove(unit, "f1")
    await unit.commit()
    assert await unit_of(store).query(FILES.chunks, {}) == []
    with pytest.raises(Unknown):
        await FILES.content(unit_of(store), "f1")


async def test_a_file_that_lost_a_part_is_not_given_out(store: Any) -> None:
    unit = await filed(store, LONG)
    unit.remove(FILES.chunks, await unit.get(FILES.chunks, "f1/1"))
    await unit.commit()
    with pytest.raises(FileBroken):
        await FILES.content(unit_of(store), "f1")


async def test_a_file_of_a_foreign_dealer_is_as_unknown_as_none_at_all(store: Any) -> None:
    """X1."""
    unit = await filed(store, b"theirs", dealer_id="SH002")
    with pytest.raises(Unknown):
        await FILES.content(unit, "f1")
    with pytest.raises(Unknown):
        await FILES.remove(unit, "f1")


@pytest.mark.stack
async def test_every_program_that_reads_gridfs_reads_these_files(servers: Any) -> None:
    client: AsyncMongoClient[Any] = AsyncMongoClient(servers.mongo["url"], tz_aware=True, w="majority")
    database = client[f"store_{uuid.uuid4().hex[:8]}"]
    mongo = MongoStore(database)
    await mongo.prepare([FILES.entries, FILES.chunks])
    await filed(mongo, LONG)
    found = await AsyncGridFSBucket(database, "scans").open_download_stream("f1")
    assert (await found.read(), found.filename, found.upload_date) == (LONG, "/a/scan", NOW)
    await client.drop_database(database.name)
    await client.close()
