"""How far this service must have got with others' facts before a timer that depends on them may fire."""

import asyncio
import math
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import structlog

from chassis.consumer import Listening
from chassis.inbox import Partition
from chassis.logs import said
from chassis.set_aside import SetAside

FORGOTTEN_AFTER_S = 60.0
"""A timer that may fire does so in this time, or its document has changed; should it ask again, the topics are looked
at anew."""

log = structlog.get_logger(__name__)


@dataclass
class _Horizon:
    """The ends of some topics at one moment; timers first seen due at the same look share it."""

    ends: dict[Partition, int]
    read: bool = False
    holding: frozenset[str] = frozenset()
    """Dealers of whom something that was read stands aside still; an empty name stands for all of them."""
    reached_at: float | None = None
    """Since when nobody is held: seconds of the monotonic clock."""

    def reached(self, dealer_id: str) -> bool:
        return self.read and not self.holding & {dealer_id, ""}


class Horizons:
    """For each timer the ends of its topics when it was first seen due, and whether they were reached since.

    What stands aside holds the timers of its own dealer and nobody else's: no fact changes another dealer's documents.
    """

    def __init__(self, listening: Sequence[Listening], set_aside: SetAside) -> None:
        self._listening = listening
        self._set_aside = set_aside
        self._of: dict[Hashable, tuple[_Horizon, str]] = {}
        """Timer -> its horizon and its dealer."""
        self._new: dict[frozenset[str], asyncio.Future[_Horizon]] = {}

    async def look(self) -> None:
        """Begins a round: sees which horizons were reached meanwhile."""
        self._new = {}
        old = time.monotonic() - FORGOTTEN_AFTER_S
        self._of = {
            timer: (on, dealer) for timer, (on, dealer) in self._of.items() if (on.reached_at or math.inf) > old
        }
        waiting = {id(horizon): horizon for horizon, _ in self._of.values() if horizon.reached_at is None}
        try:
            await self._judge(list(waiting.values()))
        except Exception as failed:
            log.info("timers wait for the store", error=said(failed))

    async def reached(self, timer: Hashable, topics: frozenset[str], dealer_id: str) -> bool:
        """Whether all of this dealer that these topics held when the timer was first seen due has had its effect."""
        if timer not in self._of:
            try:
                self._of[timer] = await self._now(topics), dealer_id
            except Exception as failed:
                log.info("timer waits for the broker", error=said(failed))
                return False
        return not self.holds(timer)

    def holds(self, timer: Hashable) -> bool:
        """Whether it is known to wait."""
        known = self._of.get(timer)
        return known is not None and not known[0].reached(known[1])

    def forget(self, timer: Hashable) -> None:
        self._of.pop(timer, None)

    async def _now(self, topics: frozenset[str]) -> _Horizon:
        """Asked once a round: many timers wait for the same, and a broker that is away is slow."""
        if topics not in self._new:
            self._new[topics] = asyncio.ensure_future(self._ask(topics))
        return await asyncio.shield(self._new[topics])

    async def _ask(self, topics: frozenset[str]) -> _Horizon:
        asked = [await one.ends() for one in self._listening if topics & set(one.consumer.topics)]
        horizon = _Horizon({at: end for ends in asked for at, end in ends.items() if at[0] in topics})
        await self._judge([horizon])
        return horizon

    async def _judge(self, horizons: Sequence[_Horizon]) -> None:
        topics = {topic for horizon in horizons for topic, _ in horizon.ends}
        behind: set[int] = set()
        holding: dict[int, set[str]] = {id(horizon): set() for horizon in horizons}
        for one in self._listening:
            mine = topics & set(one.consumer.topics)
            if not mine:
                continue
            positions = await one.positions()
            # After the positions: what was put aside in moving them is seen.
            aside = await self._set_aside.undecided(one.consumer.name, mine)
            for horizon in horizons:
                ends = {at: end for at, end in horizon.ends.items() if at[0] in mine}
                if any(positions.get(at, 0) < end for at, end in ends.items()):
                    behind.add(id(horizon))
                holding[id(horizon)] |= {dealer for at, offset, dealer in aside if offset < ends.get(at, 0)}
        for horizon in horizons:
            horizon.read, horizon.holding = id(horizon) not in behind, frozenset(holding[id(horizon)])
            if horizon.read and not horizon.holding:
                horizon.reached_at = time.monotonic()
