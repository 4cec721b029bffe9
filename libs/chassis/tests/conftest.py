"""The toy service as a fixture, and as the module ``chassis_toy`` for the tests beside it; both stores."""

import importlib.util
import sys
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from chassis.documents import Documents
from chassis.store_mongo import MongoStore
from chassis.testing import MemoryStore
from pymongo import AsyncMongoClient

_spec = importlib.util.spec_from_file_location("chassis_toy", Path(__file__).with_name("toy.py"))
assert _spec and _spec.loader
toys = sys.modules.setdefault("chassis_toy", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(toys)


@pytest.fixture
async def toy(servers: Any) -> AsyncIterator[Any]:
    toy = toys.Toy(servers)
    toy.make_topic()
    yield toy
    await toy.stop()


@pytest.fixture
def documents() -> Sequence[Documents[Any]]:
    """What a module keeps in its store; it says so by a fixture of this name."""
    raise NotImplementedError("say in this module what the store keeps: a fixture `documents`")


@pytest.fixture
async def mongo_store(servers: Any, documents: Sequence[Documents[Any]]) -> AsyncIterator[MongoStore]:
    """A database of its own on the real server, prepared for the module's documents."""
    client: AsyncMongoClient[Any] = AsyncMongoClient(servers.mongo["url"], tz_aware=True, w="majority")
    store = MongoStore(client[f"store_{uuid.uuid4().hex[:8]}"])
    await store.prepare(documents)
    yield store
    await client.drop_database(store.database.name)
    await client.close()


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.stack)])
def store(request: pytest.FixtureRequest) -> Any:
    """The same test on both stores."""
    return MemoryStore() if request.param == "memory" else request.getfixturevalue("mongo_store")
