"""Briefs: a few values beside a large document, never older than the document. The same sentences for both stores."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from chassis.documents import Documents
from chassis.links import Links
from chassis.scopes import Dealers, Network
from chassis.testing import ReadableSealing
from chassis.unit import Unit


@dataclass
class Shelf:
    """Something with many words, of which most questions want the number only."""

    id: str
    dealer_id: str = "SH001"
    number: int = 0
    words: list[str] = field(default_factory=list)


SHELVES = Documents(
    "shelves", "shelf", Shelf, id_of=lambda shelf: shelf.id, brief=lambda shelf: {"words": len(shelf.words)}
)
OLDER_RELEASE = replace(SHELVES, brief=None)
"""Writes the same documents and knows of no brief."""


@pytest.fixture
def documents() -> list[Documents[Any]]:
    return [SHELVES]


def unit_of(store: Any, *dealers: str) -> Unit:
    return Unit(
        store,
        scope=Dealers.of(*dealers) if dealers else Network("test", "test data"),
        actor="advisor:anna",
        now=datetime(2025, 6, 23, 8, 15, tzinfo=UTC),
        sealing=ReadableSealing(),
        links=Links(b"x"),
    )


async def put(store: Any, shelf: Shelf, documents: Documents[Shelf] = SHELVES) -> None:
    """Makes it, or changes it to this."""
    unit = unit_of(store)
    known = await unit.find(documents, shelf.id)
    if known is None:
        unit.add(documents, shelf)
    else:
        known.number, known.words = shelf.number, shelf.words
        unit.save(documents, known)
    await unit.commit()


async def test_briefs_are_those_of_the_last_write_and_of_the_callers_own_dealers(store: Any) -> None:
    """X1."""
    await put(store, Shelf("a", words=["one"]))
    await put(store, Shelf("b", number=7, words=["one", "two"]))
    await put(store, Shelf("c", "BE001", words=["one"]))
    await put(store, Shelf("a", words=["one", "two", "three"]))
    assert await unit_of(store, "SH001").briefs(SHELVES, {}) == {"a": {"words": 3}, "b": {"words": 2}}
    assert await unit_of(store, "SH001").briefs(SHELVES, {"number": {"$gte": 1}}) == {"b": {"words": 2}}


async def test_what_an_older_release_wrote_last_is_made_anew_from_the_whole(store: Any) -> None:
    """In a rolling deployment both releases write; a brief that was left behind must not be believed."""
    await put(store, Shelf("a", words=["one"]))
    await put(store, Shelf("b", words=["one"]), OLDER_RELEASE)
    await put(store, Shelf("a", words=["one", "two"]), OLDER_RELEASE)
    assert await unit_of(store, "SH001").briefs(SHELVES, {}) == {"a": {"words": 2}, "b": {"words": 1}}


async def test_a_unit_that_changed_one_is_told_to_ask_for_whole_documents(store: Any) -> None:
    await put(store, Shelf("a", words=["one"]))
    unit = unit_of(store, "SH001")
    shelf = await unit.get(SHELVES, "a")
    assert await unit.briefs(SHELVES, {}) == {"a": {"words": 1}}
    shelf.words.append("two")
    unit.save(SHELVES, shelf)
    with pytest.raises(LookupError, match="whole documents"):
        await unit.briefs(SHELVES, {})


async def test_briefs_asked_for_together_with_documents_are_the_same_and_cost_no_second_question(store: Any) -> None:
    """X1; for the same filter only, and only until the unit writes."""
    for shelf in (Shelf("a", words=["one"]), Shelf("b", number=7), Shelf("c", "BE001"), Shelf("d", number=8)):
        await put(store, shelf)
    await put(store, Shelf("b", number=7, words=["one", "two"]), OLDER_RELEASE)
    unit = unit_of(store, "SH001")
    await unit.look_ahead((SHELVES, "a"), (SHELVES, "c"), briefs=(SHELVES, {"number": {"$gte": 7}}))
    await put(store, Shelf("d", number=8, words=["later"]))
    assert await unit.briefs(SHELVES, {"number": {"$gte": 7}}) == {"b": {"words": 2}, "d": {"words": 0}}
    assert await unit.briefs(SHELVES, {"number": {"$gte": 8}}) == {"d": {"words": 1}}
    assert (await unit.find(SHELVES, "a"), await unit.find(SHELVES, "c")) == (Shelf("a", words=["one"]), None)
    unit.add(SHELVES, Shelf("e", number=9))
    await unit.commit()
    assert set(await unit.briefs(SHELVES, {"number": {"$gte": 7}})) == {"b", "d", "e"}


async def test_a_document_without_a_change_is_not_written_for_its_brief(store: Any) -> None:
    await put(store, Shelf("a", words=["one"]))
    await put(store, Shelf("a", words=["one"]))
    unit = unit_of(store, "SH001")
    await unit.get(SHELVES, "a")
    assert unit.version_of(SHELVES, "a") == 1
