"""Durable timers: derived from an aggregate's state, fired exactly once in effect, late rather than never.

A timer is a due time in the aggregate's own document. Firing is a use case whose saved state no longer asks for the
timer; so a process killed in between fires it again, and one that was overtaken changes nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from contracts.event import topic_of

from chassis import failpoints, telemetry
from chassis.clock import Clock
from chassis.consumer import Listening
from chassis.documents import Documents, Raw
from chassis.inbox import Partition
from chassis.lease import Lease
from chassis.scopes import Dealers
from chassis.store import VersionConflict
from chassis.store_mongo import MongoStore
from chassis.transience import is_transient
from chassis.unit import Unit

LOOK_EVERY_S = 0.5
"""The bell tells of timers that are wanted at once by this process; others are seen at the next look."""
AT_ONCE = 16
A_ROUND = 500
_LONGEST_PAUSE_S = 30.0
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)

Fire = Callable[[Unit, str, datetime], Awaitable[None]]


@dataclass(frozen=True)
class TimerRule:
    """What happens when a timer is due.

    ``after`` names the services whose facts must have been consumed to their end as of the due time: a no-show is
    judged only when every arrival announced by then is known.
    """

    fire: Fire
    after: Sequence[str] = ()


Rules = Mapping[tuple[str, str], TimerRule]
"""(collection, timer) -> rule."""


class Timers:
    """The timers of one service; they run while the lease is held."""

    def __init__(
        self,
        store: MongoStore,
        every: Sequence[Documents[Any]],
        rules: Rules,
        *,
        clock: Clock,
        lease: Lease,
        listening: Sequence[Listening],
        new_unit: Callable[..., Unit],
    ) -> None:
        self._store = store
        with_rules = {name for name, _ in rules}
        self._documents = [documents for documents in every if documents.name in with_rules]
        self._rules = rules
        self._clock = clock
        self._lease = lease
        self._listening = listening
        self._new_unit = new_unit
        self._horizons: dict[tuple[str, str, str, datetime], dict[Partition, int]] = {}
        self._resting: dict[tuple[str, str, str, datetime], tuple[float, int]] = {}
        self._asked: dict[frozenset[str], asyncio.Future[dict[Partition, int]]] = {}
        self._bell = asyncio.Event()
        self.fired = 0
        self.beat = time.monotonic()

    def ring(self) -> None:
        """A document that was written just now wants a timer: look whether it is due already."""
        self._bell.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.beat = time.monotonic()
            if not self._lease.held.is_set():
                await asyncio.sleep(LOOK_EVERY_S)
                continue
            try:
                found = await self._round()
            except Exception as failed:
                if not is_transient(failed):
                    log.exception("timers try again")
                await asyncio.sleep(1.0)
                continue
            if not found:
                await self._pause()

    async def _pause(self) -> None:
        """Until the bell rings or the clock is moved, at the longest until the next look."""
        reasons = [asyncio.ensure_future(self._bell.wait()), asyncio.ensure_future(self._clock.changed(LOOK_EVERY_S))]
        try:
            await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for reason in reasons:
                reason.cancel()
        self._bell.clear()

    async def due(self) -> int:
        """Documents with a timer that is due and has not fired."""
        database, due = self._store.database, self._is_due()
        counted = (database[documents.name].count_documents(due) for documents in self._documents)
        return sum(await asyncio.gather(*counted))

    # --- firing ------------------------------------------------------------------------------------------------------

    def _is_due(self) -> Raw:
        return {"_next_due": {"$gt": _ALWAYS, "$lte": self._clock.now()}}

    async def _round(self) -> bool:
        """Fires what is due; whether anything fired."""
        fired = self.fired
        self._asked = {}
        gate = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            for documents in self._documents:
                fields = {"_timers": 1, "dealer_id": 1, "visit_id": 1}
                cursor = self._store.database[documents.name].find(self._is_due(), fields).sort("_next_due", 1)
                for raw in await cursor.limit(A_ROUND).to_list():
                    tasks.create_task(self._of_one(documents, raw, gate))
        return self.fired > fired

    async def _of_one(self, documents: Documents[Any], raw: Raw, gate: asyncio.Semaphore) -> None:
        now = self._clock.now()
        async with gate:
            for name, due in sorted(raw["_timers"].items(), key=lambda timer: timer[1]):
                key = (documents.name, raw["_id"], name, due)
                if (documents.name, name) not in self._rules:
                    log.warning("timer without a rule", timer=name, collection=documents.name)
                    continue
                if due > now or not await self._may_fire(key):
                    return
                if not await self._fire(documents, raw, name, due, key):
                    return

    async def _may_fire(self, key: tuple[str, str, str, datetime]) -> bool:
        rest, _ = self._resting.get(key, (0.0, 0))
        if time.monotonic() < rest:
            return False
        services = self._rules[(key[0], key[2])].after
        return not services or await self._consumed_to_the_end(key, {topic_of(service) for service in services})

    async def _consumed_to_the_end(self, key: tuple[str, str, str, datetime], topics: set[str]) -> bool:
        """Whether all that these topics held when the timer was first seen due has had its effect."""
        mine = [one for one in self._listening if topics & set(one.consumer.topics)]
        try:
            if key not in self._horizons:
                ends = await self._ends_once(mine, frozenset(topics))
                self._horizons[key] = {at: end for at, end in ends.items() if at[0] in topics}
            positions = [await one.positions() for one in mine]
        except Exception as failed:
            log.info("timer waits for the broker", timer=key[2], error=str(failed))
            return False
        return all(
            position.get(at, 0) >= end
            for one, position in zip(mine, positions, strict=True)
            for at, end in self._horizons[key].items()
            if at[0] in one.consumer.topics
        )

    async def _ends_once(self, mine: Sequence[Listening], topics: frozenset[str]) -> dict[Partition, int]:
        """The topics' ends, asked once a round: many timers wait for the same, and a broker that is away is slow."""
        if topics not in self._asked:

            async def ask() -> dict[Partition, int]:
                return {at: end for one in mine for at, end in (await one.ends()).items()}

            self._asked[topics] = asyncio.ensure_future(ask())
        return await asyncio.shield(self._asked[topics])

    async def _fire(
        self,
        documents: Documents[Any],
        raw: Raw,
        name: str,
        due: datetime,
        key: tuple[str, str, str, datetime],
    ) -> bool:
        """Whether it fired; a failed one rests and stays due."""
        visit_id = raw.get("visit_id")
        try:
            with telemetry.span(f"timer {name}", dealer_id=raw["dealer_id"], visit_id=visit_id):
                unit = self._new_unit(scope=Dealers.of(raw["dealer_id"]), actor=f"timer:{name}")
                if await unit.timer_due(documents, raw["_id"], name) != due:
                    return False
                await self._rules[(documents.name, name)].fire(unit, raw["_id"], due)
                if failpoints.ARMED:
                    failpoints.reached("timer-before-commit")
                await unit.commit()
                if failpoints.ARMED:
                    failpoints.reached("timer-after-commit")
        except VersionConflict:
            return False
        except Exception as failed:
            _, tries = self._resting.get(key, (0.0, 0))
            pause = min(0.5 * 2**tries, _LONGEST_PAUSE_S)
            self._resting[key] = (time.monotonic() + pause, tries + 1)
            if not is_transient(failed):
                log.error("timer failed", timer=name, document=raw["_id"], tries=tries + 1, exc_info=failed)
            return False
        self._horizons.pop(key, None)
        self._resting.pop(key, None)
        self.fired += 1
        return True
