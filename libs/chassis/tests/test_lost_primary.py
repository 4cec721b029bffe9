"""What a primary showed, and a majority never had: nothing that follows from it may stay."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from chassis.documents import Documents
from chassis.inbox import Inbox
from chassis.links import Links
from chassis.sealing import KeyNotSeen, Sealer
from chassis.store import VersionConflict
from chassis.testing import MemoryStore, ReadableSealing
from chassis.transience import is_transient
from chassis.unit import Unit
from chassis_toy import BY, COUNTERS, Counter
from pymongo import AsyncMongoClient
from pymongo.errors import EncryptionError, NotPrimaryError
from pymongo.monitoring import CommandListener

MANY = 12
NOW = datetime(2025, 6, 23, 8, 15, tzinfo=UTC)


@pytest.fixture
def documents() -> list[Documents[Any]]:
    return [COUNTERS]


def unit_of(store: Any) -> Unit:
    return Unit(store, scope=BY, actor="advisor:anna", now=NOW, sealing=ReadableSealing(), links=Links(b"x"))


async def everything_in(store: Any) -> dict[str, Any]:
    if isinstance(store, MemoryStore):
        return copy.deepcopy(store.documents["counters"])
    return {raw["_id"]: raw async for raw in store.database["counters"].find()}


async def rolled_back_to(store: Any, before: dict[str, Any]) -> None:
    """As a new primary has it, that never saw what came after."""
    if isinstance(store, MemoryStore):
        store.documents["counters"] = before
        return
    for id, raw in before.items():
        await store.database["counters"].replace_one({"_id": id}, raw)


async def raised(store: Any, by: int, count: int) -> Any:
    unit = unit_of(store)
    for n in range(count):
        counter = await unit.find(COUNTERS, f"c{n}")
        if counter is None:
            counter = Counter(f"c{n}")
            unit.add(COUNTERS, counter)
        counter.value += by
        unit.save(COUNTERS, counter)
    return unit


@pytest.mark.parametrize("count", [1, 2, MANY])
async def test_a_version_that_was_lost_is_not_taken_for_another_one_of_the_same_number(store: Any, count: int) -> None:
    """Who built on it is refused, though the number is the same: else he would undo what was acknowledged since."""
    await (await raised(store, 1, count)).commit()
    before = await everything_in(store)
    await (await raised(store, 10, count)).commit()
    built_on_what_is_lost = await raised(store, 100, count)
    await rolled_back_to(store, before)
    await (await raised(store, 1000, count)).commit()
    with pytest.raises(VersionConflict):
        await built_on_what_is_lost.commit()
    assert [raw["value"] for raw in (await everything_in(store)).values()] == [1001] * count


@pytest.mark.stack
async def test_what_a_consumer_has_received_is_asked_of_the_majority(servers: Any) -> None:
    """A fact that is passed over, or a position that goes on, for what is rolled back would lose its effect."""

    concerns: list[str | None] = []

    class Asked(CommandListener):
        def started(self, event: Any) -> None:
            if event.command_name == "find":
                concerns.append(event.command.get("readConcern", {}).get("level"))

        def succeeded(self, event: Any) -> None: ...

        def failed(self, event: Any) -> None: ...

    client: AsyncMongoClient[Any] = AsyncMongoClient(servers.mongo["url"], event_listeners=[Asked()])
    async with client:
        inbox = Inbox(client["lost_primary"], "mirrors")
        await inbox.known(["id-1"])
        await inbox.sequences(["lane"])
        await inbox.positions()
    assert concerns == ["majority"] * 3


class Unreadable:
    """What decrypts, before a store that shows no key."""

    async def decrypt(self, *_: Any) -> Any:
        raise EncryptionError(ValueError("not all keys requested were satisfied"))


class Vault:
    """Says whether it has the key, or fails."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked = answer, list[str]()

    def with_options(self, read_concern: Any) -> "Vault":
        self.asked.append(read_concern.level)
        return self

    async def find_one(self, *_: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def before_a_vault(answer: Any) -> tuple[Sealer, Vault]:
    sealer = Sealer(AsyncMongoClient("mongodb://127.0.0.1:1", connect=False), "keys", b"m" * 96, b"i" * 32)
    vars(sealer)["_encryption"] = Unreadable()
    sealer._vault = vault = Vault(answer)  # type: ignore[assignment]
    return sealer, vault


async def test_a_value_whose_key_is_kept_but_not_shown_yet_is_not_told_as_erased() -> None:
    """C15: a message to somebody who seems erased is given up for good."""
    sealer, _ = before_a_vault({"_id": 1})
    with pytest.raises(KeyNotSeen) as failed:
        await sealer.open_bytes(b"\x02" + bytes(40))
    assert is_transient(failed.value)


async def test_a_destroyed_key_is_asked_for_once_and_by_a_read_that_no_old_primary_can_answer() -> None:
    """C15."""
    sealer, vault = before_a_vault(None)
    assert [await sealer.open_bytes(b"\x02" + bytes(40)) for _ in range(3)] == [None] * 3
    assert vault.asked == ["linearizable"]


async def test_a_store_that_cannot_say_whether_there_is_a_key_passes_by_itself() -> None:
    sealer, _ = before_a_vault(NotPrimaryError("not primary"))
    with pytest.raises(NotPrimaryError):
        await sealer.open_bytes(b"\x02" + bytes(40))
