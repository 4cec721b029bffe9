"""Timers on the real servers: none is hidden behind others that cannot fire, and what others announced comes first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from chassis import timers
from chassis.consumer import Consumer
from chassis.facts import Fact
from chassis.runtime import Parts, Runtime
from chassis.timers import TimerRule
from chassis.unit import Unit
from chassis_toy import BY, COUNTERS, MIRRORS, Counter, headers_of, send_raw, until

pytestmark = pytest.mark.stack


async def ring(unit: Unit, id: str, due: datetime) -> None:
    counter = await unit.get(COUNTERS, id)
    counter.rung += 1
    counter.rings_at = None
    unit.save(COUNTERS, counter)


async def wanting(runtime: Runtime, *ids: str, seconds: int = 0) -> None:
    """Counters that want to ring so many seconds from now, one after the other."""
    unit = runtime.unit(scope=BY, actor="x")
    for after, id in enumerate(ids):
        unit.add(COUNTERS, Counter(id, rings_at=runtime.clock.now() + timedelta(seconds=seconds + after)))
    await unit.commit()


async def rung(runtime: Runtime, id: str) -> int:
    counter = await runtime.unit(scope=BY, actor="x").get(COUNTERS, id)
    return counter.rung


async def test_timers_that_fail_do_not_hide_those_due_later(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "A_ROUND", 5)

    async def ring_only_the_last(unit: Unit, id: str, due: datetime) -> None:
        if id != "last":
            raise ValueError("cannot ring")
        await ring(unit, id, due)

    runtime = await toy.announcer(ring=TimerRule(ring_only_the_last))
    await wanting(runtime, *(f"stuck{n}" for n in range(12)), "last")
    await runtime.move_clock(runtime.clock.now() + timedelta(hours=1))

    async def last() -> bool:
        return await rung(runtime, "last") == 1

    await until(last, "the one behind twelve that fail")
    assert await runtime.timers.due() == 12


async def listening(toy: Any, handler: Any, fire: Any = ring) -> Runtime:
    """One process that hears the toy's facts, and whose timers wait for them."""
    parts = Parts(
        f"{toy.name}-listener",
        [COUNTERS, MIRRORS],
        [Consumer("mirrors", {toy.Raised: handler})],
        {("counters", "ring"): TimerRule(fire, after=(toy.name,))},
    )
    return await toy._start(parts, "listener", "l")


async def test_a_fact_that_stands_aside_holds_back_the_timers_that_wait_for_its_topic(toy: Any) -> None:
    tries: list[int] = []
    seen: list[Any] = []

    async def at_the_third_try(unit: Unit, fact: Fact[Any]) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("not now")
        await toy.mirror(unit, fact)

    async def ring_and_look(unit: Unit, id: str, due: datetime) -> None:
        seen.append(await unit.find(MIRRORS, "c"))
        await ring(unit, id, due)

    runtime = await listening(toy, at_the_third_try, ring_and_look)
    await send_raw(toy, (b"c", b'{"by": 1}', headers_of(toy, "raised", "c", 1, "id-1")))

    async def parked() -> bool:
        return await runtime.set_aside.counts() == {"PARKED": 1}

    await until(parked, "the arrival that cannot be handled yet")
    await wanting(runtime, "no-show")
    await until(lambda: fired(runtime), "the timer after the fact")
    assert seen[0] is not None, "the timer was judged before the arrival had its effect"


async def test_a_dead_fact_holds_no_timer_back(toy: Any) -> None:
    runtime = await listening(toy, toy.mirror)
    await send_raw(toy, (b"c", b"not json", headers_of(toy, "raised", "c", 1, "id-1")))

    async def dead() -> bool:
        return await runtime.set_aside.counts() == {"DEAD": 1}

    await until(dead, "a dead letter")
    await wanting(runtime, "no-show")
    await until(lambda: fired(runtime), "the timer")


async def fired(runtime: Runtime) -> bool:
    return await rung(runtime, "no-show") == 1
