"""Recorded facts reach their listeners exactly once and in order, on the real Kafka and MongoDB."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from chassis.timers import TimerRule
from chassis.unit import Unit, VersionConflict
from chassis_toy import BY, COUNTERS, MIRRORS, Counter, Mirror, headers_of, known, send_raw, the_mirror, until

pytestmark = pytest.mark.stack


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
    await until(lambda: known(listener, "warm"), "the first fact")
    began = time.monotonic()
    await toy.raise_counter(announcer, "c")
    await until(lambda: known(listener, "c"), "the second fact")
    assert time.monotonic() - began < 2.0, "the bell did not ring: only the scan found it"


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


async def test_partitions_kept_apart_have_each_effect_once_even_where_they_meet_at_one_document(toy: Any) -> None:
    async def mirror_and_sum(unit: Unit, fact: Any) -> None:
        await toy.mirror(unit, fact)
        everything = await unit.find(MIRRORS, "everything")
        if everything is None:
            everything = Mirror("everything")
            unit.add(MIRRORS, everything)
        everything.total += fact.event.by
        unit.save(MIRRORS, everything)

    announcer = await toy.announcer()
    for round_ in range(6):
        for counter in range(12):
            await toy.raise_counter(announcer, f"c{counter}", by=round_)
    listener = await toy.listener({toy.Raised: mirror_and_sum}, apart=True)

    async def all_there() -> bool:
        return listener.listening[0].applied >= 72 and await listener.listening[0].lag() == 0

    await until(all_there, "six facts of each counter", 60.0)
    for counter in range(12):
        mirror = await the_mirror(listener, f"c{counter}")
        assert mirror is not None
        assert mirror.facts == list(range(1, 7))
    everything = await the_mirror(listener, "everything")
    assert everything is not None
    assert everything.total == 12 * sum(range(6))
    assert listener.listening[0].applied == 72
    assert await listener.set_aside.counts() == {}
    assert listener.healthy() == []


async def test_a_listener_that_was_away_catches_up_from_the_stores_position(toy: Any) -> None:
    announcer = await toy.announcer()
    listener = await toy.listener({toy.Raised: toy.mirror})
    await toy.raise_counter(announcer, "c")
    await until(lambda: known(listener, "c"), "the first fact")
    await listener.stop()
    toy.runtimes.remove(listener)
    for _ in range(3):
        await toy.raise_counter(announcer, "c")
    again = await toy.listener({toy.Raised: toy.mirror})

    async def caught_up() -> bool:
        return (await the_mirror(again, "c")).facts == [1, 2, 3, 4]

    await until(caught_up, "what was announced meanwhile")


async def test_a_listener_whose_store_is_new_hears_everything_whatever_the_broker_remembers(toy: Any) -> None:
    """A store that was set up again knows no position: the broker's would leave out all that went before."""
    announcer = await toy.announcer()
    listener = await toy.listener({toy.Raised: toy.mirror})
    for _ in range(3):
        await toy.raise_counter(announcer, "c")

    async def heard_by(one: Any) -> bool:
        mirror = await the_mirror(one, "c")
        return mirror is not None and mirror.facts == [1, 2, 3]

    async def remembered() -> bool:
        listening = listener.listening[0]
        noted = [await listening._client.committed(at) or 0 for at in listening._client.assignment()]
        return sum(noted) == 3

    await until(lambda: heard_by(listener), "three facts")
    await until(remembered, "the broker's own note of how far the group is")
    await listener.stop()
    toy.runtimes.remove(listener)
    await announcer.database.client.drop_database(listener.database.name)
    again = await toy.listener({toy.Raised: toy.mirror})
    await until(lambda: heard_by(again), "all facts, once more")


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


async def test_two_who_seal_for_a_new_person_at_once_make_one_key(toy: Any) -> None:
    first, second = await toy.announcer("a"), await toy.announcer("b")
    units = [runtime.unit(scope=BY, actor="x") for runtime in (first, second) for _ in range(5)]
    sealed = await asyncio.gather(*(unit.seal("person-2", f"text {n}") for n, unit in enumerate(units)))
    vault = first.client[f"{toy.name}_keys"]["vault"]
    assert await vault.count_documents({"keyAltNames": "person-2"}) == 1
    assert [await units[0].open(one) for one in sealed] == [f"text {n}" for n in range(10)]
