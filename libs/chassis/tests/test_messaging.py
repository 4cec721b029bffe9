"""Recorded facts reach their listeners exactly once and in order, on the real Kafka and MongoDB."""

import asyncio
import importlib.util
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from chassis.facts import Fact, NotYet
from chassis.inbox import Inbox
from chassis.kafka import Broker
from chassis.set_aside import Aside
from chassis.timers import TimerRule
from chassis.transience import is_transient
from chassis.unit import Unit, VersionConflict
from contracts.envelope import Envelope, to_headers
from pymongo.errors import AutoReconnect, EncryptionError

_spec = importlib.util.spec_from_file_location("chassis_toy", Path(__file__).with_name("toy.py"))
assert _spec and _spec.loader
toys = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(toys)
BY, COUNTERS, MIRRORS, Counter, Mirror = toys.BY, toys.COUNTERS, toys.MIRRORS, toys.Counter, toys.Mirror
the_mirror, until = toys.the_mirror, toys.until

pytestmark = pytest.mark.stack


@pytest.fixture
async def toy(servers: Any) -> AsyncIterator[Any]:
    toy = toys.Toy(servers)
    toy.make_topic()
    yield toy
    await toy.stop()


def broker_of(toy: Any) -> Broker:
    kafka = toy.servers.kafka
    return Broker(kafka["bootstrap"], kafka["username"], kafka["password"])


async def send_raw(toy: Any, *records: tuple[bytes | None, bytes | None, list[Any]]) -> None:
    producer: AIOKafkaProducer = broker_of(toy).producer("test")
    await producer.start()
    try:
        for key, value, headers in records:
            await producer.send_and_wait(f"{toy.name}.events", value, key=key, headers=headers)
    finally:
        await producer.stop()


def headers_of(toy: Any, fact: str, key: str, sequence: int, id: str) -> list[Any]:
    now = toys.datetime.fromisoformat("2025-06-23T00:00:00+00:00")
    return to_headers(Envelope(id, f"{toy.name}.{fact}.v1", "SH001", None, "test", "counter", key, sequence, now, now))


async def test_every_recorded_fact_reaches_the_listener_once_and_in_order(toy: Any) -> None:
    announcer = await toy.announcer()
    listener = await toy.listener({toy.Raised: toy.mirror})
    for round_ in range(10):
        for counter in range(5):
            await toy.raise_counter(announcer, f"c{counter}", by=round_)

    async def all_there() -> bool:
        mirrors = [await the_mirror(listener, f"c{counter}") for counter in range(5)]
        return all(mirror is not None and len(mirror.facts) == 10 for mirror in mirrors)

    await until(all_there, "ten facts of each counter")
    for counter in range(5):
        mirror = await the_mirror(listener, f"c{counter}")
        assert mirror.facts == list(range(1, 11))
        assert mirror.total == sum(range(10))

    async def quiet() -> bool:
        return await announcer.relay.pending() == 0 and await listener.listening[0].lag() == 0

    await until(quiet, "an empty outbox and no lag")


async def test_a_fact_is_with_the_listener_within_moments_of_the_answer(toy: Any) -> None:
    announcer = await toy.announcer()
    listener = await toy.listener({toy.Raised: toy.mirror})
    await toy.raise_counter(announcer, "warm")
    await until(lambda: _known(listener, "warm"), "the first fact")
    began = time.monotonic()
    await toy.raise_counter(announcer, "c")
    await until(lambda: _known(listener, "c"), "the second fact")
    assert time.monotonic() - began < 2.0, "the bell did not ring: only the scan found it"


async def _known(listener: Any, id: str) -> bool:
    return await the_mirror(listener, id) is not None


async def test_a_fact_delivered_three_times_has_its_effect_once(toy: Any) -> None:
    listener = await toy.listener({toy.Raised: toy.mirror})
    one = (b"c", b'{"by": 5}', headers_of(toy, "raised", "c", 1, "id-1"))
    two = (b"c", b'{"by": 7}', headers_of(toy, "raised", "c", 2, "id-2"))
    await send_raw(toy, one, one, two, one, two)

    async def both() -> bool:
        mirror = await the_mirror(listener, "c")
        return mirror is not None and mirror.facts == [1, 2] and await listener.listening[0].lag() == 0

    await until(both, "both facts")
    assert (await the_mirror(listener, "c")).total == 12
    assert await listener.set_aside.counts() == {}


async def test_a_failing_fact_stands_aside_with_its_aggregate_and_the_others_flow_on(toy: Any) -> None:
    announcer = await toy.announcer()
    broken = {"yes": True}

    async def sometimes(unit: Unit, fact: Fact[Any]) -> None:
        if fact.key == "bad" and fact.sequence == 2 and broken["yes"]:
            raise ValueError("cannot be handled")
        await toy.mirror(unit, fact)

    listener = await toy.listener({toy.Raised: sometimes})
    for _ in range(4):
        await toy.raise_counter(announcer, "bad")
        await toy.raise_counter(announcer, "good")

    async def good() -> bool:
        mirror = await the_mirror(listener, "good")
        return mirror is not None and mirror.facts == [1, 2, 3, 4]

    await until(good, "the facts of the other aggregate")
    assert (await the_mirror(listener, "bad")).facts == [1]
    broken["yes"] = False

    async def bad() -> bool:
        return (await the_mirror(listener, "bad")).facts == [1, 2, 3, 4]

    await until(bad, "the parked facts, in order, once the handler works")
    assert await listener.set_aside.counts() == {}


async def test_a_fact_that_never_works_is_dead_after_five_tries_and_can_be_replayed(toy: Any) -> None:
    announcer = await toy.announcer()
    broken = {"yes": True}

    async def never(unit: Unit, fact: Fact[Any]) -> None:
        if broken["yes"]:
            raise ValueError("cannot be handled")
        await toy.mirror(unit, fact)

    listener = await toy.listener({toy.Raised: never})
    await toy.raise_counter(announcer, "c", by=3)

    async def dead() -> bool:
        return await listener.set_aside.counts() == {"DEAD": 1}

    await until(dead, "a dead letter", seconds=40)
    [letter] = await listener.set_aside.list("DEAD")
    assert letter["tries"] == 5
    assert "cannot be handled" in letter["reason"]
    broken["yes"] = False
    await listener.set_aside.replay(letter["_id"], "operations:otto")
    await until(lambda: _known(listener, "c"), "the replayed fact")
    assert (await the_mirror(listener, "c")).total == 3


async def test_an_unreadable_record_is_a_dead_letter_at_once_and_stops_nobody(toy: Any) -> None:
    listener = await toy.listener({toy.Raised: toy.mirror})
    await send_raw(
        toy,
        (b"x", b"{}", []),
        (b"x", None, [("ce_id", b"\xff\xfe")]),
        (b"x", b"not json", headers_of(toy, "raised", "x", 1, "id-x")),
        (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", 1, "id-c")),
    )
    await until(lambda: _known(listener, "c"), "the readable fact")
    assert await listener.set_aside.counts() == {"DEAD": 3}
    [first, *_] = await listener.set_aside.list("DEAD")
    assert (await listener.set_aside.get(first["_id"]))["value"] is not None or first["reason"]


async def test_a_dropped_fact_lets_those_behind_it_go_on(toy: Any) -> None:
    listener = await toy.listener({toy.Raised: toy.mirror})
    await send_raw(
        toy,
        (b"c", b"not json", headers_of(toy, "raised", "c", 1, "id-1")),
        (b"c", b'{"by": 2}', headers_of(toy, "raised", "c", 2, "id-2")),
    )

    async def aside() -> bool:
        return await listener.set_aside.counts() == {"DEAD": 1, "BEHIND": 1}

    await until(aside, "one dead and one behind it")
    [dead] = await listener.set_aside.list("DEAD")
    await listener.set_aside.drop(dead["_id"], "test data", "operations:otto")
    await until(lambda: _known(listener, "c"), "the fact behind")
    assert (await the_mirror(listener, "c")).facts == [2]


async def test_a_fact_that_comes_too_early_is_applied_with_its_prerequisite(toy: Any) -> None:
    async def needs_the_first(unit: Unit, fact: Fact[Any]) -> None:
        if fact.key == "second" and await unit.find(MIRRORS, "first") is None:
            raise NotYet(MIRRORS, "first")
        await toy.mirror(unit, fact)

    listener = await toy.listener({toy.Raised: needs_the_first})
    await send_raw(
        toy,
        (b"second", b'{"by": 1}', headers_of(toy, "raised", "second", 1, "id-s1")),
        (b"second", b'{"by": 1}', headers_of(toy, "raised", "second", 2, "id-s2")),
    )

    async def waiting() -> bool:
        return await listener.set_aside.counts() == {"WAITING": 1, "BEHIND": 1}

    await until(waiting, "the early facts stand aside")
    await send_raw(toy, (b"first", b'{"by": 1}', headers_of(toy, "raised", "first", 1, "id-f")))

    async def applied() -> bool:
        mirror = await the_mirror(listener, "second")
        return mirror is not None and mirror.facts == [1, 2]

    await until(applied, "both early facts in order")
    assert await listener.set_aside.counts() == {}


async def test_a_gap_in_an_aggregates_facts_waits_for_the_missing_one(toy: Any) -> None:
    listener = await toy.listener({toy.Raised: toy.mirror})
    record = {n: (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", n, f"id-{n}")) for n in (1, 2, 3)}
    await send_raw(toy, record[1], record[3])

    async def gap() -> bool:
        return await listener.set_aside.counts() == {"WAITING": 1}

    await until(gap, "the fact after the gap stands aside")
    await send_raw(toy, record[2])

    async def filled() -> bool:
        return (await the_mirror(listener, "c")).facts == [1, 2, 3]

    await until(filled, "all three in order")


async def test_a_listener_that_was_away_catches_up_from_the_stores_position(toy: Any) -> None:
    announcer = await toy.announcer()
    listener = await toy.listener({toy.Raised: toy.mirror})
    await toy.raise_counter(announcer, "c")
    await until(lambda: _known(listener, "c"), "the first fact")
    await listener.stop()
    toy.runtimes.remove(listener)
    for _ in range(3):
        await toy.raise_counter(announcer, "c")
    again = await toy.listener({toy.Raised: toy.mirror})

    async def caught_up() -> bool:
        return (await the_mirror(again, "c")).facts == [1, 2, 3, 4]

    await until(caught_up, "what was announced meanwhile")


async def test_of_two_who_changed_the_same_version_one_is_refused(toy: Any) -> None:
    announcer = await toy.announcer()
    await toy.raise_counter(announcer, "c")
    first, second = (announcer.unit(scope=BY, actor="x") for _ in range(2))
    for unit in (first, second):
        counter = await unit.get(COUNTERS, "c")
        counter.value += 10
        unit.save(COUNTERS, counter, [toy.Raised(by=10)])
    await first.commit()
    with pytest.raises(VersionConflict):
        await second.commit()
    assert (await announcer.unit(scope=BY, actor="x").get(COUNTERS, "c")).value == 11


async def test_several_documents_change_together_or_not_at_all(toy: Any) -> None:
    announcer = await toy.announcer()
    await toy.raise_counter(announcer, "a")
    slow = announcer.unit(scope=BY, actor="x")
    counter = await slow.get(COUNTERS, "a")
    await toy.raise_counter(announcer, "a")
    slow.add(COUNTERS, Counter("b"), [toy.Raised(by=1)])
    counter.value = 99
    slow.save(COUNTERS, counter)
    with pytest.raises(VersionConflict):
        await slow.commit()
    assert await announcer.unit(scope=BY, actor="x").find(COUNTERS, "b") is None


async def test_a_timer_fires_once_when_business_time_reaches_it(toy: Any) -> None:
    async def ring(unit: Unit, id: str, due: Any) -> None:
        counter = await unit.get(COUNTERS, id)
        counter.rung += 1
        counter.rings_at = None
        unit.save(COUNTERS, counter, [toy.Raised(by=1)])

    first = await toy.announcer("a", ring=TimerRule(ring))
    second = await toy.announcer("b", ring=TimerRule(ring))
    due = first.clock.now() + timedelta(hours=1)
    unit = first.unit(scope=BY, actor="x")
    for n in range(20):
        unit.add(COUNTERS, Counter(f"t{n}", rings_at=due))
    await unit.commit()
    assert await first.timers.due() == 0
    for runtime in (first, second):
        await runtime.move_clock(due)

    async def all_rung() -> bool:
        return await first.timers.due() == 0 and first.timers.fired + second.timers.fired == 20

    await until(all_rung, "twenty rings")
    counters = await first.unit(scope=BY, actor="x").query(COUNTERS, {})
    assert [counter.rung for counter in counters] == [1] * 20


async def test_sealed_values_open_until_the_persons_key_is_destroyed(toy: Any) -> None:
    announcer = await toy.announcer()
    unit = announcer.unit(scope=BY, actor="x")
    sealed = await unit.seal("person-1", "张伟")
    assert "张伟" not in sealed.model_dump_json()
    assert await unit.open(sealed) == "张伟"
    vault = announcer.client[f"{toy.name}_keys"]["vault"]
    assert await vault.count_documents({"keyAltNames": "person-1"}) == 1
    other = await toy.announcer("b")
    await vault.delete_one({"keyAltNames": "person-1"})
    assert await other.unit(scope=BY, actor="x").open(sealed) is None


async def test_a_fact_that_another_process_received_meanwhile_is_looked_at_again_not_parked(toy: Any) -> None:
    listener = await toy.listener({toy.Raised: toy.mirror})
    inbox = Inbox(listener.database, "mirrors")

    async def receive() -> None:
        async def also(session: Any) -> None:
            await inbox.write(["id-1"], {"lane": 1}, {("topic", 0): 1}, session)

        await listener.store.commit([], also)

    await receive()
    with pytest.raises(VersionConflict) as refused:
        await receive()
    assert is_transient(refused.value)


async def test_a_fact_given_up_during_a_try_stays_given_up(toy: Any) -> None:
    listener = await toy.listener({toy.Raised: toy.mirror})
    await send_raw(toy, (b"c", b"not json", headers_of(toy, "raised", "c", 1, "id-1")))

    async def dead() -> bool:
        return await listener.set_aside.counts() == {"DEAD": 1}

    await until(dead, "a dead letter")
    [letter] = await listener.set_aside.list("DEAD")
    being_tried = Aside.of(await listener.set_aside.get(letter["_id"]))
    await listener.set_aside.drop(letter["_id"], "test data", "operations:otto")
    await listener.set_aside.postpone(being_tried, being_tried)
    assert await listener.set_aside.counts() == {"DROPPED": 1}


async def test_a_fact_behind_one_that_is_released_in_the_same_batch_is_not_forgotten(toy: Any) -> None:
    async def needs_the_first(unit: Unit, fact: Fact[Any]) -> None:
        if fact.key == "second" and await unit.find(MIRRORS, "first") is None:
            raise NotYet(MIRRORS, "first")
        await toy.mirror(unit, fact)

    listener = await toy.listener({toy.Raised: needs_the_first})
    await send_raw(toy, (b"second", b'{"by": 1}', headers_of(toy, "raised", "second", 1, "id-s1")))

    async def waiting() -> bool:
        return await listener.set_aside.counts() == {"WAITING": 1}

    await until(waiting, "the early fact stands aside")
    # The same key for Kafka, so that both come in one batch and in this order.
    await send_raw(
        toy,
        (b"k", b'{"by": 1}', headers_of(toy, "raised", "second", 2, "id-s2")),
        (b"k", b'{"by": 1}', headers_of(toy, "raised", "first", 1, "id-f")),
    )

    async def applied() -> bool:
        mirror = await the_mirror(listener, "second")
        return mirror is not None and mirror.facts == [1, 2]

    await until(applied, "both facts of the second, in order")
    assert await listener.set_aside.counts() == {}


async def test_a_fact_nobody_listens_to_keeps_its_place_behind_one_that_stands_aside(toy: Any) -> None:
    broken = {"yes": True}

    async def sometimes(unit: Unit, fact: Fact[Any]) -> None:
        if broken["yes"] and fact.sequence == 1:
            raise ValueError("cannot be handled")
        await toy.mirror(unit, fact)

    listener = await toy.listener({toy.Raised: sometimes})
    await send_raw(
        toy,
        (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", 1, "id-1")),
        (b"c", b'{"by": 1}', headers_of(toy, "broken", "c", 2, "id-2")),
    )

    async def aside() -> bool:
        return sum((await listener.set_aside.counts()).values()) == 2

    await until(aside, "the failed fact and the one behind it")
    broken["yes"] = False

    async def applied() -> bool:
        return await the_mirror(listener, "c") is not None and await listener.set_aside.counts() == {}

    await until(applied, "the failed fact")
    await send_raw(toy, (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", 3, "id-3")))

    async def third() -> bool:
        return (await the_mirror(listener, "c")).facts == [1, 3]

    await until(third, "the fact after the unheard one")


async def test_after_a_fact_was_dropped_the_next_one_of_its_aggregate_is_no_gap(toy: Any) -> None:
    listener = await toy.listener({toy.Raised: toy.mirror})
    await send_raw(
        toy,
        (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", 1, "id-1")),
        (b"c", b"not json", headers_of(toy, "raised", "c", 2, "id-2")),
    )

    async def dead() -> bool:
        return await listener.set_aside.counts() == {"DEAD": 1}

    await until(dead, "a dead letter")
    [letter] = await listener.set_aside.list("DEAD")
    await listener.set_aside.drop(letter["_id"], "test data", "operations:otto")
    await send_raw(toy, (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", 3, "id-3")))

    async def third() -> bool:
        return (await the_mirror(listener, "c")).facts == [1, 3]

    await until(third, "the fact after the dropped one")


async def test_two_who_seal_for_a_new_person_at_once_make_one_key(toy: Any) -> None:
    first, second = await toy.announcer("a"), await toy.announcer("b")
    units = [runtime.unit(scope=BY, actor="x") for runtime in (first, second) for _ in range(5)]
    sealed = await asyncio.gather(*(unit.seal("person-2", f"text {n}") for n, unit in enumerate(units)))
    vault = first.client[f"{toy.name}_keys"]["vault"]
    assert await vault.count_documents({"keyAltNames": "person-2"}) == 1
    assert [await units[0].open(one) for one in sealed] == [f"text {n}" for n in range(10)]


def test_an_encryption_that_failed_because_the_store_was_away_passes_by_itself() -> None:
    assert is_transient(EncryptionError(AutoReconnect("primary stepped down")))
    assert not is_transient(EncryptionError(ValueError("no such key")))
