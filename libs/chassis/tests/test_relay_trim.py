"""What a relay takes out of a document that another one has already been at."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from chassis.ids import new_id
from chassis.outbox import Relay, _Sent
from chassis.store import FACT_FIELDS_BYTES
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

pytestmark = [pytest.mark.stack, pytest.mark.slow]

DATA = ("{}", '{"name": "Müller"}', '{"last": "Müller"}')


@pytest.fixture
async def database(servers: Any) -> AsyncIterator[AsyncDatabase[Any]]:
    client: AsyncMongoClient[Any] = AsyncMongoClient(servers.mongo["url"])
    database = client[f"trim-{new_id()}"]
    yield database
    await client.drop_database(database)
    await client.close()


def a_relay(database: AsyncDatabase[Any]) -> Relay:
    lease = SimpleNamespace(held=asyncio.Event())
    lease.held.set()
    things = SimpleNamespace(name="things", announces=True)
    return Relay(database, [cast(Any, things)], cast(Any, None), cast(Any, lease), "one")


async def acknowledged(relay: Relay, sequence: int) -> None:
    taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    taken.set_result(None)
    await relay._acknowledge("things", _Sent([taken], [("c", sequence)]))


async def test_bytes_that_wait_are_counted_right_when_two_relays_take_out_the_same_fact(
    database: AsyncDatabase[Any],
) -> None:
    """The first lost its lease with its trim on the way; the second had sent the fact again."""
    pending = [{"seq": number, "data": data} for number, data in enumerate(DATA, start=1)]
    size = sum(len(data.encode()) + FACT_FIELDS_BYTES for data in DATA)
    await database["things"].insert_one({"_id": "c", "_pending": pending, "_pending_bytes": size})
    first, second = a_relay(database), a_relay(database)
    await acknowledged(first, 1)
    await acknowledged(second, 2)
    await first._trim()
    await second._trim()
    left = await database["things"].find_one({"_id": "c"})
    assert left is not None
    assert [fact["seq"] for fact in left["_pending"]] == [3]
    assert left["_pending_bytes"] == len(DATA[2].encode()) + FACT_FIELDS_BYTES
    await acknowledged(second, 3)
    await second._trim()
    assert await database["things"].find_one({"_id": "c"}) == {"_id": "c", "_pending": [], "_pending_bytes": 0}
