"""Poison on the real Kafka, against one consumer: it lives on, others flow on, and nothing of the poison is lost."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from chassis.facts import Fact
from chassis.runtime import Runtime
from chassis.testing_servers import PATIENCE_S
from chassis.unit import Unit
from chassis_toy import Toy, broker_of, the_mirror, until
from contracts.envelope import Envelope, to_headers
from poison_corpus import Fate, Poison, corpus, failing

pytestmark = [pytest.mark.stack, pytest.mark.slow]

AT = datetime(2025, 6, 23, tzinfo=UTC)
HEALTHY = 5
FAILING = 8
"""Together their tries are more than the failures a minute at which a consumer stops: only facts are counted."""


class Poisoned:
    """A toy service whose listener can be broken and mended, and a way to send it anything."""

    def __init__(self, servers: Any) -> None:
        self.toy = Toy(servers)
        self.toy.make_topic()
        self.topic = f"{self.toy.name}.events"
        self.broken = True
        self.sent: dict[str, float] = {}
        self.waited: dict[str, float] = {}
        """How long each healthy fact was on its way to its handler, in seconds."""
        self.producer = broker_of(self.toy).producer("poisoner")
        self.listener: Runtime

    async def start(self) -> None:
        await self.listen()
        await self.producer.start()

    async def listen(self) -> None:
        self.listener = await self.toy.listener({self.toy.Raised: self._on_raised})

    async def stop(self) -> None:
        await self.producer.stop()
        await self.toy.stop()

    async def _on_raised(self, unit: Unit, fact: Fact[Any]) -> None:
        if self.broken and "fails" in fact.key:
            raise ValueError("cannot be handled")
        if fact.id in self.sent:
            self.waited[fact.id] = time.monotonic() - self.sent[fact.id]
        await self.toy.mirror(unit, fact)

    def envelope(self, key: str, sequence: int = 1) -> Envelope:
        return Envelope(
            f"{key}/{sequence}", f"{self.toy.name}.raised.v1", "SH001", None, "t", "c", key, sequence, AT, AT
        )

    async def send(self, poison: Poison) -> Any:
        """A future that tells where it lies; what is sent later comes later."""
        headers: Any = list(poison.headers)
        return await self.producer.send(self.topic, poison.value, key=poison.key, headers=headers)

    async def raised(self, key: str, sequence: int, value: bytes = b'{"by": 1}') -> None:
        envelope = self.envelope(key, sequence)
        self.sent[envelope.id] = time.monotonic()
        await self.send(Poison("healthy", Fate.PASSES, key.encode(), value, tuple(to_headers(envelope))))

    async def heard(self, key: str, facts: list[int]) -> bool:
        mirror = await the_mirror(self.listener, key)
        return mirror is not None and mirror.facts == facts

    async def aside(self) -> dict[tuple[int, int], dict[str, Any]]:
        """What stands aside, by where it lies, with all its bytes."""
        rows = await self.listener.set_aside.list(limit=1000)
        full = await asyncio.gather(*(self.listener.set_aside.get(row["_id"]) for row in rows))
        return {(row["partition"], row["offset"]): row for row in full}


@pytest.fixture
async def poisoned(servers: Any) -> AsyncIterator[Poisoned]:
    there = Poisoned(servers)
    await there.start()
    yield there
    await there.stop()


async def test_each_poison_meets_its_fate_and_nobody_else_waits_for_it(poisoned: Poisoned) -> None:
    """At least sixty kinds; each dead letter has its reason and its original bytes, after five tries at most."""
    good = poisoned.envelope("px")
    poisons = [*failing(good, {"by": 1}, FAILING), *corpus(good, {"by": 5}), _beyond_the_store(good)]
    assert len({poison.name for poison in poisons}) == len(poisons) >= 60
    on_the_way, begun = [], time.monotonic()
    for number, poison in enumerate(poisons):
        on_the_way.append(await poisoned.send(poison))
        await poisoned.raised(f"healthy-{number % HEALTHY}", number // HEALTHY + 1)

    async def healthy() -> bool:
        counts = [len(range(key, len(poisons), HEALTHY)) for key in range(HEALTHY)]
        return all([await poisoned.heard(f"healthy-{n}", list(range(1, count + 1))) for n, count in enumerate(counts)])

    await until(healthy, "the healthy aggregates, while others are tried again and again", seconds=PATIENCE_S)

    async def decided() -> bool:
        counts = await poisoned.listener.set_aside.counts()
        return counts.keys() == {"DEAD"} and await poisoned.listener.listening[0].lag() == 0

    await until(decided, "the end of all tries", seconds=PATIENCE_S)
    over, longest = time.monotonic() - begun, max(poisoned.waited.values())
    print(
        f"{len(poisons)} kinds of poison: all tries over after {over:.1f} s, no other fact waited over {longest:.2f} s"
    )
    aside = await poisoned.aside()
    for poison, told in zip(poisons, await asyncio.gather(*on_the_way), strict=True):
        _is_as_it_must_be(poison, aside.pop((told.partition, told.offset), None))
    assert aside == {}
    assert poisoned.listener.healthy() == []


async def test_facts_that_fail_are_counted_once_however_often_their_batch_is_halved(poisoned: Poisoned) -> None:
    """One write that no store takes has its batch tried in halves, and the others in it fail each time again."""
    await poisoned.listener.stop()
    good = poisoned.envelope("px")
    for poison in [*failing(good, {"by": 1}, FAILING), _beyond_the_store(good)]:
        await poisoned.send(poison)
    for number in range(100):
        await poisoned.raised(f"healthy-{number}", 1)
    await poisoned.producer.flush()
    await poisoned.listen()

    async def healthy() -> bool:
        return all([await poisoned.heard(f"healthy-{number}", [1]) for number in range(100)])

    await until(healthy, "the healthy aggregates of the same batch", seconds=10)
    assert poisoned.listener.healthy() == []


def _is_as_it_must_be(poison: Poison, row: dict[str, Any] | None) -> None:
    if poison.fate is Fate.PASSES:
        assert row is None, f"{poison.name}: {row}"
        return
    assert row is not None, f"{poison.name} is lost"
    assert row["state"] == "DEAD"
    assert row["reason"], poison.name
    assert row["tries"] == (5 if poison.fate is Fate.FAILS else 0), poison.name
    kept = (row["key"], row["value"], tuple((name, value) for name, value in row["headers"]))
    assert kept == (poison.key, poison.value, poison.headers), poison.name


def _beyond_the_store(good: Envelope) -> Poison:
    """It is read and handled, but no store keeps such a number: the write itself is refused."""
    [poison] = failing(good, {"by": 10**30}, 1)
    key = "beyond-the-store"
    envelope = Envelope(key, good.type, good.dealer_id, None, "t", "c", key, 1, AT, AT)
    return Poison("a number beyond the store", Fate.FAILS, key.encode(), poison.value, tuple(to_headers(envelope)))


async def test_what_waited_behind_a_poison_goes_on_in_order_after_replay_and_after_drop(poisoned: Poisoned) -> None:
    """A mended handler and a replay give the whole story; a drop gives it without the dropped fact."""
    lanes = {"fails-replayed": b'{"by": 1}', "fails-dropped": b'{"by": 1}', "unreadable": b"\x00\x00\x00\x00\x01"}
    for key, value in lanes.items():
        await poisoned.raised(f"{key}-0", 1)
        await poisoned.raised(key, 1, value)
        for sequence in (2, 3, 4):
            await poisoned.raised(key, sequence)

    async def dead() -> bool:
        counts = await poisoned.listener.set_aside.counts()
        return counts.get("DEAD") == 5 and counts.get("BEHIND") == 9

    await until(dead, "three poisons with three facts behind each, and two alone", seconds=PATIENCE_S)
    rows = {row["lane"].rpartition("/")[2]: row["_id"] for row in await poisoned.listener.set_aside.list("DEAD")}
    poisoned.broken = False
    door = poisoned.listener.set_aside
    await door.drop(rows["fails-dropped"], "a test", "operations:otto")
    await door.drop(rows["unreadable"], "a test", "operations:otto")
    await door.replay(rows["fails-replayed"], "operations:otto")
    await until(lambda: poisoned.heard("fails-replayed", [1, 2, 3, 4]), "the replayed fact and those behind it")
    await until(lambda: poisoned.heard("fails-dropped", [2, 3, 4]), "those behind the dropped fact")
    await until(lambda: poisoned.heard("unreadable", [2, 3, 4]), "those behind the unreadable fact")
    await poisoned.raised("fails-dropped", 5)
    await until(lambda: poisoned.heard("fails-dropped", [2, 3, 4, 5]), "the next fact of its aggregate")


async def test_an_unreadable_fact_that_is_replayed_is_dead_again_with_its_own_reason(poisoned: Poisoned) -> None:
    """Perhaps the next version of the service can read it: until then it must say what is wrong with it."""
    await poisoned.raised("unreadable", 1, b'{"by": "many"}')

    async def dead() -> bool:
        return await poisoned.listener.set_aside.counts() == {"DEAD": 1}

    await until(dead, "a dead letter")
    [letter] = await poisoned.listener.set_aside.list("DEAD")
    await poisoned.listener.set_aside.replay(letter["_id"], "operations:otto")
    await until(dead, "the end of its tries", seconds=PATIENCE_S)
    [again] = await poisoned.listener.set_aside.list("DEAD")
    assert again["reason"] == letter["reason"] == "by: int_parsing"


async def test_an_id_that_was_used_before_and_a_step_back_stop_nobody(poisoned: Poisoned) -> None:
    """The same id is known and skipped; another fact with a passed sequence can only come from a mistake."""
    for sequence in (1, 2):
        await poisoned.raised("c", sequence)
    await until(lambda: poisoned.heard("c", [1, 2]), "two facts")
    again, other = poisoned.envelope("c", 1), poisoned.envelope("c", 2)
    for envelope in (again, Envelope("another-id", other.type, "SH001", None, "t", "c", "c", 2, AT, AT)):
        await poisoned.send(Poison("again", Fate.PASSES, b"c", b'{"by": 9}', tuple(to_headers(envelope))))
    await poisoned.raised("d", 1)
    await until(lambda: poisoned.heard("d", [1]), "somebody else's fact")

    async def one_dead() -> bool:
        return await poisoned.listener.set_aside.counts() == {"DEAD": 1}

    await until(one_dead, "the step back")
    assert await poisoned.heard("c", [1, 2])


class _NoText(str):
    """Goes over the wire as bytes that are no UTF-8."""

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"\xff\xfe"


async def test_a_header_whose_name_is_no_text_stops_nobody(poisoned: Poisoned, monkeypatch: pytest.MonkeyPatch) -> None:
    """A foreign client may send it. The client's own reader would fail at it again and again, for ever."""
    for module in ("message_accumulator", "producer"):
        monkeypatch.setattr(f"aiokafka.producer.{module}.DefaultRecordBatchBuilder", _DefaultRecordBatchBuilderPy)
    headers = (*to_headers(poisoned.envelope("c", 1)), (_NoText("name"), b"x"))
    await poisoned.send(Poison("name", Fate.PASSES, b"c", b'{"by": 1}', headers))
    await poisoned.raised("c", 2)
    await until(lambda: poisoned.heard("c", [1, 2]), "the fact and the one after it in its partition")
