"""A process that died within a transaction leaves documents locked for a while: callers are told soon, not kept."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from chassis.documents import Documents
from chassis.scopes import Dealers
from chassis.store_mongo import MongoStore
from chassis.testing import A_MOMENT, TEST_LINKS, ReadableSealing
from chassis.transience import is_transient
from chassis.unit import Unit
from pymongo import AsyncMongoClient

pytestmark = pytest.mark.stack


@dataclass
class Place:
    id: str
    dealer_id: str = "SH001"
    taken: int = 0


PLACES = Documents("places", "place", Place, id_of=lambda place: place.id)


@pytest.fixture
def documents() -> list[Documents[Any]]:
    return [PLACES]


@pytest.fixture
def store(mongo_store: MongoStore) -> MongoStore:
    return mongo_store


def a_unit(store: MongoStore) -> Unit:
    return Unit(
        store, scope=Dealers.of("SH001"), actor="anna", now=A_MOMENT, sealing=ReadableSealing(), links=TEST_LINKS
    )


async def take_two(store: MongoStore) -> None:
    unit = a_unit(store)
    for name in ("a", "b"):
        place = await unit.get(PLACES, name)
        place.taken += 1
        unit.save(PLACES, place)
    await unit.commit()


async def test_who_meets_an_abandoned_write_is_told_in_time_and_succeeds_afterwards(
    store: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.store_mongo.WRITE_S", 1.0)
    unit = a_unit(store)
    for name in ("a", "b"):
        unit.add(PLACES, Place(name))
    await unit.commit()

    async with store.database.client.start_session() as abandoned:
        await abandoned.start_transaction()
        await store.database["places"].update_one({"_id": "a"}, {"$set": {"taken": 9}}, session=abandoned)
        began = time.monotonic()
        with pytest.raises(Exception) as refused:
            await take_two(store)
        assert is_transient(refused.value), refused.value
        assert time.monotonic() - began < 5
        await abandoned.abort_transaction()

    await take_two(store)
    assert [place.taken for place in await a_unit(store).query(PLACES, {})] == [1, 1]


async def test_the_server_gives_up_an_abandoned_write_before_long(servers: Any) -> None:
    """Consumers wait for that: by default it would be a minute."""
    client: AsyncMongoClient[Any] = AsyncMongoClient(servers.mongo["url"])
    told = await client.admin.command({"getParameter": 1, "transactionLifetimeLimitSeconds": 1})
    await client.close()
    assert told["transactionLifetimeLimitSeconds"] <= 15
