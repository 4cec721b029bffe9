"""One set of sentences for both stores, so that the fake cannot lie."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from chassis.documents import Documents
from chassis.links import Links
from chassis.scopes import Dealers, Network, Scope
from chassis.store import AlreadyExists, EventTooLarge, ForeignDealer, VersionConflict
from chassis.store_mongo import MongoStore
from chassis.testing import ReadableSealing
from chassis.unit import Unit, Unknown
from contracts.booking import AppointmentCancelled
from contracts.values import Party, Sealed, TechnicianHours, WorkClass
from pymongo import AsyncMongoClient

NOW = datetime(2025, 6, 23, 8, 15, 0, 123_000, tzinfo=UTC)


@dataclass
class Thing:
    """Something with every kind of field a document may have."""

    id: str
    dealer_id: str = "SH001"
    day: date = date(2025, 6, 23)
    opens: time = time(8, 0)
    number: int = 0
    at: datetime | None = None
    hours: dict[WorkClass, TechnicianHours] = field(default_factory=dict)
    sealed: Sealed | None = None
    words: tuple[str, ...] = ()
    marks: set[str] = field(default_factory=set)
    rings_at: datetime | None = None


THINGS = Documents(
    "things",
    "thing",
    Thing,
    id_of=lambda thing: thing.id,
    timers=lambda thing: {"ring": thing.rings_at} if thing.rings_at else {},
    indexes=[("day",)],
    unique=[("number",)],
)
CANCELLED = AppointmentCancelled(arrival=NOW, by=Party.CUSTOMER)


@pytest.fixture
def documents() -> list[Documents[Any]]:
    return [THINGS]


def unit_of(store: Any, scope: Scope | None = None) -> Unit:
    return Unit(
        store,
        scope=scope or Dealers.of("SH001"),
        actor="advisor:anna",
        now=NOW,
        sealing=ReadableSealing(),
        links=Links(b"x"),
    )


async def kept(store: Any, *things: Thing) -> None:
    unit = unit_of(store, Network("test", "test data"))
    for thing in things:
        unit.add(THINGS, thing)
    await unit.commit()


async def test_each_document_of_the_dealer_comes_once_and_no_others(store: Any) -> None:
    """X1, X3: what an export is made of."""
    await kept(store, *(Thing(f"t{n}", number=n) for n in range(150)), Thing("foreign", "BE001"))
    found = [raw async for raw in unit_of(store).each(THINGS)]
    assert sorted(raw["number"] for raw in found) == list(range(150))
    assert all(raw["_version"] == 1 and not raw.get("_pending") for raw in found)


async def test_what_was_written_is_read_back_equal(store: Any) -> None:
    thing = Thing(
        "a",
        at=NOW,
        hours={WorkClass.PM: TechnicianHours.of(1.5)},
        sealed=Sealed(person_id="p", ciphertext="eA=="),
        words=("你好", "hello"),
        marks={"x", "y"},
    )
    await kept(store, thing)
    assert await unit_of(store).get(THINGS, "a") == thing


async def test_a_document_of_a_foreign_dealer_is_as_unknown_as_none_at_all(store: Any) -> None:
    """X1."""
    await kept(store, Thing("a", dealer_id="SH002"))
    unit = unit_of(store)
    assert await unit.find(THINGS, "a") is None
    assert await unit.query(THINGS, {}) == []
    assert await unit.query(THINGS, {"dealer_id": "SH002"}) == []
    assert await unit.count(THINGS, {}) == 0
    with pytest.raises(Unknown):
        await unit.get(THINGS, "a")
    assert await unit_of(store, Dealers.of("SH001", "SH002")).find(THINGS, "a") is not None


async def test_writing_outside_the_scope_is_a_defect(store: Any) -> None:
    """X1."""
    with pytest.raises(ForeignDealer):
        unit_of(store).add(THINGS, Thing("a", dealer_id="SH002"))


async def test_the_second_document_with_the_same_id_is_refused(store: Any) -> None:
    await kept(store, Thing("a"))
    with pytest.raises(AlreadyExists):
        await kept(store, Thing("a", number=1))


async def test_the_second_document_with_the_same_unique_value_of_a_dealer_is_refused(store: Any) -> None:
    await kept(store, Thing("a", number=7), Thing("b", dealer_id="SH002", number=7))
    with pytest.raises(AlreadyExists):
        await kept(store, Thing("c", number=7))


async def test_who_was_overtaken_changes_nothing(store: Any) -> None:
    await kept(store, Thing("a"), Thing("b", number=1))
    slow, quick = unit_of(store), unit_of(store)
    for unit, number in ((slow, 10), (quick, 20)):
        thing = await unit.get(THINGS, "a")
        thing.number = number
        unit.save(THINGS, thing)
    other = await slow.get(THINGS, "b")
    other.number = 30
    slow.save(THINGS, other)
    await quick.commit()
    with pytest.raises(VersionConflict):
        await slow.commit()
    found = await unit_of(store).query(THINGS, {}, sort=[("id", 1)])
    assert [thing.number for thing in found] == [20, 1]


async def test_many_documents_change_together_or_not_at_all(store: Any) -> None:
    """From ten on their versions are compared in one look."""
    await kept(store, *(Thing(f"t{n}", number=n) for n in range(12)))
    slow = unit_of(store)
    things = await slow.query(THINGS, {})
    fast = unit_of(store)
    fast.remove(THINGS, await fast.get(THINGS, "t7"))
    await fast.commit()
    for thing in things:
        thing.number += 100
        slow.save(THINGS, thing)
    with pytest.raises(VersionConflict):
        await slow.commit()
    assert sorted(thing.number for thing in await unit_of(store).query(THINGS, {})) == [*range(7), *range(8, 12)]
    again = unit_of(store)
    for thing in await again.query(THINGS, {}):
        thing.number += 100
        again.save(THINGS, thing)
    await again.commit()
    assert min(thing.number for thing in await unit_of(store).query(THINGS, {})) == 100


@pytest.mark.stack
async def test_a_document_changed_between_the_look_at_the_versions_and_the_write_is_not_overwritten(
    servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: AsyncMongoClient[Any] = AsyncMongoClient(servers.mongo["url"], tz_aware=True, w="majority")
    store = MongoStore(client[f"store_{uuid.uuid4().hex[:8]}"])
    await store.prepare([THINGS])
    await kept(store, *(Thing(f"t{n}", number=n) for n in range(12)))
    slow = unit_of(store)
    for thing in await slow.query(THINGS, {}):
        thing.number += 100
        slow.save(THINGS, thing)
    look = store._check_versions
    looks = []

    async def look_and_be_overtaken(*of: Any) -> None:
        await look(*of)
        looks.append(1)
        if len(looks) == 1:
            await store.database["things"].update_one({"_id": "t7"}, {"$set": {"number": 70}, "$inc": {"_version": 1}})

    monkeypatch.setattr(store, "_check_versions", look_and_be_overtaken)
    with pytest.raises(VersionConflict):
        await slow.commit()
    assert (await unit_of(store).get(THINGS, "t7")).number == 70
    assert (await unit_of(store).get(THINGS, "t1")).number == 1
    await client.drop_database(store.database.name)
    await client.close()


async def test_what_was_read_ahead_is_found_without_asking_again_and_what_is_unknown_stays_unknown(store: Any) -> None:
    await kept(store, Thing("a"), Thing("b", dealer_id="SH002"))
    unit = unit_of(store, Dealers.of("SH001", "SH002"))
    await unit.read_ahead(THINGS, {"a", "b", "c"})
    await kept(store, Thing("c", number=3))
    unit.begin(scope=Dealers.of("SH001"), actor="x", visit_id=None)
    found = await unit.get(THINGS, "a")
    assert await unit.find(THINGS, "b") is None
    assert await unit.find(THINGS, "c") is None
    unit.begin(scope=Dealers.of("SH002"), actor="x", visit_id=None)
    assert await unit.find(THINGS, "b") is not None
    unit.begin(scope=Dealers.of("SH001"), actor="x", visit_id=None)
    assert await unit.get(THINGS, "a") is found
    unit.add(THINGS, Thing("c", number=4))
    with pytest.raises(AlreadyExists):
        await unit.commit()


async def test_what_is_unknown_to_one_dealer_is_looked_for_again_for_the_next(store: Any) -> None:
    await kept(store, Thing("b", dealer_id="SH002"))
    unit = unit_of(store)
    assert await unit.find(THINGS, "b") is None
    unit.begin(scope=Dealers.of("SH002"), actor="x", visit_id=None)
    assert await unit.find(THINGS, "b") is not None


async def test_what_was_missing_stays_missing_for_the_unit_so_a_document_made_meanwhile_is_a_collision(
    store: Any,
) -> None:
    """Two technicians' first starts at the same moment: the loser is told to look again, not that it never looked."""
    loser = unit_of(store)
    assert await loser.find(THINGS, "a") is None
    winner = unit_of(store)
    winner.add(THINGS, Thing("a", number=1))
    await winner.commit()
    assert await loser.find(THINGS, "a") is None
    loser.add(THINGS, Thing("a", number=2))
    with pytest.raises(AlreadyExists):
        await loser.commit()


async def test_versions_count_the_writes_and_an_unchanged_document_is_not_written(store: Any) -> None:
    await kept(store, Thing("a"))
    unit = unit_of(store)
    thing = await unit.get(THINGS, "a")
    unit.save(THINGS, thing)
    await unit.commit()
    assert unit.version_of(THINGS, "a") == 1
    thing.number = 5
    unit.save(THINGS, thing)
    await unit.commit()
    assert unit.version_of(THINGS, "a") == 2


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"number": 2}, ["b"]),
        ({"number": {"$in": [1, 3]}}, ["a", "c"]),
        ({"number": {"$gte": 2}}, ["b", "c"]),
        ({"number": {"$gt": 1, "$lt": 3}}, ["b"]),
        ({"number": {"$ne": 2}}, ["a", "c"]),
        ({"day": date(2025, 6, 24)}, ["b"]),
        ({"day": {"$lte": date(2025, 6, 23)}}, ["a", "c"]),
        ({"at": {"$lt": NOW}}, ["c"]),
        ({"at": None}, ["b"]),
        ({"words": "x"}, ["a"]),
        ({"words": {"$in": ["y", "z"]}}, ["a", "c"]),
        ({"hours.PM.minutes": {"$gte": 60}}, ["a"]),
        ({"hours.PM": {"$exists": True}}, ["a", "b"]),
        ({"hours.PM": {"$exists": False}}, ["c"]),
        ({"id": "a", "number": 1}, ["a"]),
        ({"id": "a", "number": 2}, []),
    ],
)
async def test_a_filter_finds_the_same_in_both_stores(store: Any, wanted: dict[str, Any], ids: list[str]) -> None:
    await kept(
        store,
        Thing("a", number=1, at=NOW, words=("x", "y"), hours={WorkClass.PM: TechnicianHours.of(1)}),
        Thing("b", number=2, day=date(2025, 6, 24), hours={WorkClass.PM: TechnicianHours.of(0.5)}),
        Thing("c", number=3, at=NOW - timedelta(seconds=1), words=("z",)),
    )
    found = await unit_of(store).query(THINGS, wanted, sort=[("id", 1)])
    assert [thing.id for thing in found] == ids
    assert await unit_of(store).count(THINGS, wanted) == len(ids)


async def test_sorting_skipping_and_limits_agree(store: Any) -> None:
    await kept(store, *(Thing(f"t{n}", number=n, day=date(2025, 6, 20 + n % 3)) for n in range(7)))
    found = await unit_of(store).query(THINGS, {}, sort=[("day", -1), ("number", 1)], skip=1, limit=4)
    assert [thing.number for thing in found] == [5, 1, 4, 0]


async def test_a_query_sees_what_the_unit_has_not_written_yet(store: Any) -> None:
    await kept(store, Thing("a", number=1), Thing("b", number=2))
    unit = unit_of(store)
    unit.add(THINGS, Thing("c", number=3))
    changed = await unit.get(THINGS, "a")
    changed.number = 9
    unit.save(THINGS, changed)
    assert [thing.id for thing in await unit.query(THINGS, {"number": {"$gte": 2}}, sort=[("number", 1)])] == [
        "b",
        "c",
        "a",
    ]
    assert await unit.count(THINGS, {"number": {"$gte": 2}}) == 3


async def test_a_removed_row_is_gone(store: Any) -> None:
    await kept(store, Thing("a"))
    unit = unit_of(store)
    unit.remove(THINGS, await unit.get(THINGS, "a"))
    await unit.commit()
    assert await unit_of(store).find(THINGS, "a") is None


async def test_a_command_is_remembered_with_its_effect(store: Any) -> None:
    unit = unit_of(store)
    thing = Thing("a")
    unit.add(THINGS, thing, [CANCELLED])
    unit.record_command(THINGS, thing, {"key": "k", "body": "b", "status": 201, "answer": "{}"})
    await unit.commit()
    known = await unit_of(store).command_record(THINGS, "a", "k")
    assert known is not None
    assert (known["status"], known["answer"]) == (201, "{}")
    assert await unit_of(store).command_record(THINGS, "a", "other") is None


async def test_a_timer_lives_as_long_as_the_state_asks_for_it(store: Any) -> None:
    await kept(store, Thing("a", rings_at=NOW))
    assert await unit_of(store).timer_due(THINGS, "a", "ring") == NOW
    unit = unit_of(store)
    thing = await unit.get(THINGS, "a")
    thing.rings_at = None
    unit.save(THINGS, thing)
    await unit.commit()
    assert await unit_of(store).timer_due(THINGS, "a", "ring") is None


async def test_a_fact_of_more_than_64_kib_is_refused_before_anything_is_written(store: Any) -> None:
    unit = unit_of(store)
    thing = Thing("a")
    with pytest.raises(EventTooLarge):
        unit.add(THINGS, thing, [CANCELLED.model_copy(update={"reason": "x" * 70_000})])


async def test_documents_of_several_kinds_are_found_with_one_question_and_foreign_ones_are_not(store: Any) -> None:
    """X1: what was looked for ahead is what ``find`` finds, and nothing more."""
    for number, (id, dealer_id) in enumerate({"mine": "SH001", "foreign": "BE001"}.items()):
        unit = unit_of(store, Dealers.of(dealer_id))
        unit.add(THINGS, Thing(id, dealer_id, number=number), [CANCELLED])
        await unit.commit()
    found = await store.load_together([(THINGS, "mine"), (THINGS, "foreign"), (THINGS, "unknown")], Dealers.of("SH001"))
    [mine, foreign, unknown] = found.documents
    assert (foreign, unknown) == (None, None)
    assert mine == await store.load(THINGS, Dealers.of("SH001"), "mine")


@dataclass
class Leaflet:
    """Something that is read far more often than changed."""

    id: str
    dealer_id: str = "SH001"
    lines: list[str] = field(default_factory=list)


LEAFLETS = Documents("leaflets", "leaflet", Leaflet, id_of=lambda leaflet: leaflet.id, remembered=True)


async def test_what_is_remembered_is_what_is_kept_now_and_everybody_has_his_own(store: Any) -> None:
    async def looked_at() -> tuple[Unit, Leaflet]:
        unit = unit_of(store)
        await unit.look_ahead((LEAFLETS, "l1"), (THINGS, "none"))
        return unit, await unit.get(LEAFLETS, "l1")

    unit = unit_of(store)
    unit.add(LEAFLETS, Leaflet("l1", lines=["one"]))
    await unit.commit()
    (first, mine), (_, others) = await looked_at(), await looked_at()
    mine.lines.append("two")
    assert others.lines == ["one"]
    first.save(LEAFLETS, mine)
    await first.commit()
    again, now = await looked_at()
    assert (now.lines, again.version_of(LEAFLETS, "l1")) == (["one", "two"], 2)
