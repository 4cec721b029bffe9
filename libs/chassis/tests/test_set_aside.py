"""Facts that stand aside: their own aggregate waits, the others flow on, and nothing is forgotten."""

from typing import Any

import pytest
from chassis.facts import Fact, NotYet
from chassis.inbox import Inbox
from chassis.set_aside import Aside
from chassis.transience import is_transient
from chassis.unit import Unit, VersionConflict
from chassis_toy import MIRRORS, headers_of, known, send_raw, the_mirror, until
from pymongo.errors import AutoReconnect, EncryptionError, OperationFailure

pytestmark = pytest.mark.stack


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
    await until(lambda: known(listener, "c"), "the replayed fact")
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
    await until(lambda: known(listener, "c"), "the readable fact")
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
    await until(lambda: known(listener, "c"), "the fact behind")
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


async def test_an_aggregate_whose_second_fact_comes_before_its_first_waits_for_that_one(toy: Any) -> None:
    """A producer that lost its first batch may send the second one first, and then both again."""
    listener = await toy.listener({toy.Raised: toy.mirror})
    record = {n: (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", n, f"id-{n}")) for n in (1, 2)}
    await send_raw(toy, record[2], record[1], record[2])

    async def both() -> bool:
        mirror = await the_mirror(listener, "c")
        return mirror is not None and mirror.facts == [1, 2]

    await until(both, "both in order")
    assert await listener.set_aside.counts() == {}


async def test_a_fact_behind_a_gap_is_not_applied_with_what_another_one_waited_for(toy: Any) -> None:
    async def needs_the_first(unit: Unit, fact: Fact[Any]) -> None:
        if fact.key == "second" and await unit.find(MIRRORS, "first") is None:
            raise NotYet(MIRRORS, "first")
        await toy.mirror(unit, fact)

    listener = await toy.listener({toy.Raised: needs_the_first})
    record = {n: (b"second", b'{"by": 1}', headers_of(toy, "raised", "second", n, f"id-s{n}")) for n in (1, 2, 3)}
    await send_raw(toy, record[1], record[3], (b"first", b'{"by": 1}', headers_of(toy, "raised", "first", 1, "id-f")))

    async def first_applied() -> bool:
        mirror = await the_mirror(listener, "second")
        return mirror is not None and mirror.facts == [1]

    await until(first_applied, "the fact that waited, without the one behind the gap")
    await send_raw(toy, record[2])

    async def all_applied() -> bool:
        return (await the_mirror(listener, "second")).facts == [1, 2, 3]

    await until(all_applied, "all three in order")
    assert await listener.set_aside.counts() == {}


async def test_when_not_even_putting_aside_is_accepted_the_consumer_stops_and_says_so(toy: Any) -> None:
    listener = await toy.listener({toy.Raised: toy.mirror})

    async def refused(*_: Any) -> None:
        raise OperationFailure("not authorized", code=13)

    listener.store.commit = refused
    await send_raw(toy, (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", 1, "id-1")))

    async def says_so() -> bool:
        return "nothing can be written" in (listener.listening[0].failing or "")

    await until(says_so, "a consumer that is not ready")


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


async def test_a_fact_received_meanwhile_is_left_out_and_its_batch_goes_on(toy: Any) -> None:
    """It followed its aggregate's last one when the batch looked: its row is refused, and the batch looks again."""

    async def somebody_is_faster(unit: Unit, fact: Fact[Any]) -> None:
        if fact.id == "id-1":
            await listener.store.commit([], received)
        await toy.mirror(unit, fact)

    listener = await toy.listener({toy.Raised: somebody_is_faster})
    await send_raw(toy, (b"warm", b'{"by": 1}', headers_of(toy, "raised", "warm", 1, "id-w")))
    await until(lambda: known(listener, "warm"), "the first fact, with nothing set aside")
    inbox = Inbox(listener.database, "mirrors")

    async def received(session: Any) -> None:
        await inbox.write(["id-1"], {f"{toy.name}.events/counter/c": 1}, {}, session)

    await send_raw(
        toy,
        (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", 1, "id-1")),
        (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", 2, "id-2")),
    )
    await until(lambda: known(listener, "c"), "the other fact")
    assert (await the_mirror(listener, "c")).facts == [2]
    assert await listener.set_aside.counts() == {}


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


def test_an_encryption_that_failed_because_the_store_was_away_passes_by_itself() -> None:
    assert is_transient(EncryptionError(AutoReconnect("primary stepped down")))
    assert not is_transient(EncryptionError(ValueError("no such key")))
