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
from chassis.horizons import Horizons
from chassis.lease import Lease
from chassis.scopes import Dealers
from chassis.set_aside import SetAside
from chassis.stopping import told_to_stop
from chassis.store import VersionConflict
from chassis.store_mongo import MongoStore
from chassis.transience import is_transient
from chassis.unit import Unit

LOOK_EVERY_S = 0.5
"""The bell tells of timers that are wanted at once by this process; others are seen at the next look."""
AT_ONCE = 16
A_ROUND = 500
_LONGEST_PAUSE_S = 30.0
_FORGOTTEN_AFTER_S = 600.0
"""The tries of a timer that has not been seen due since its rest ended so long ago."""
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


Timer = tuple[str, str, str, datetime]
"""Collection, document, name, due."""

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
        set_aside: SetAside,
        new_unit: Callable[..., Unit],
    ) -> None:
        self._store = store
        with_rules = {name for name, _ in rules}
        self._documents = [documents for documents in every if documents.name in with_rules]
        self._rules = rules
        self._clock = clock
        self._lease = lease
        self._new_unit = new_unit
        self._horizons = Horizons(listening, set_aside)
        self._resting: dict[Timer, tuple[float, int]] = {}
        """Timer -> (until when, after how many failed tries)."""
        self._blocked: set[Timer] = set()
        self._bell = asyncio.Event()
        self.fired = 0
        self.beat = time.monotonic()

    def ring(self, due: datetime) -> None:
        """A document that was written just now wants a timer: one that is due already is fired at once."""
        if due <= self._clock.now():
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
            except (Exception, asyncio.CancelledError) as failed:
                if told_to_stop():
                    raise
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
        """Fires what is due; whether there may be more at once."""
        before, old = self.fired, time.monotonic() - _FORGOTTEN_AFTER_S
        self._resting = {timer: rest for timer, rest in self._resting.items() if rest[0] > old}
        await self._horizons.look()
        self._blocked = {timer for timer in self._blocked if self._horizons.holds(timer)}
        while True:
            self.beat = time.monotonic()
            full = False
            known = self.fired, len(self._held())
            for documents in self._documents:
                full |= await self._fire_first(documents) == A_ROUND
            if not full or (self.fired, len(self._held())) == known:
                return self.fired > before

    async def _fire_first(self, documents: Documents[Any]) -> int:
        """Fires the first that are due and not held back; how many there were."""
        held = [id for name, id, *_ in self._held() if name == documents.name]
        wanted = self._is_due() | ({"_id": {"$nin": held}} if held else {})
        found = self._store.database[documents.name].find(wanted, {"_pending": 0}, batch_size=A_ROUND + 1)
        raws = await found.sort("_next_due", 1).hint("next_due").limit(A_ROUND).to_list()
        gate = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            for raw in raws:
                tasks.create_task(self._of_one(documents, raw, gate))
        return len(raws)

    def _held(self) -> set[Timer]:
        """Timers that rest or wait for others' facts: later ones must not be hidden behind them."""
        now = time.monotonic()
        return self._blocked | {timer for timer, (until, _) in self._resting.items() if until > now}

    async def _of_one(self, documents: Documents[Any], raw: Raw, gate: asyncio.Semaphore) -> None:
        """Fires the document's first timer; a second one that is due as well comes with the next look."""
        async with gate:
            ruled = {name: due for name, due in raw["_timers"].items() if (documents.name, name) in self._rules}
            if len(ruled) < len(raw["_timers"]):
                log.error(
                    "timer without a rule", timers=sorted({*raw["_timers"]} - {*ruled}), collection=documents.name
                )
            name, due = min((ruled or raw["_timers"]).items(), key=lambda timer: timer[1])
            key, rule = (documents.name, raw["_id"], name, due), self._rules.get((documents.name, name))
            if rule is None or due > self._clock.now():
                self._rest(key)
            elif rule.after and not await self._after(rule.after, key, raw["dealer_id"]):
                self._blocked.add(key)
            else:
                await self._fire(documents, raw, name, due, key)

    async def _after(self, services: Sequence[str], key: Timer, dealer_id: str) -> bool:
        return await self._horizons.reached(key, frozenset(map(topic_of, services)), dealer_id)

    def _rest(self, key: Timer) -> int:
        """Tries so far."""
        _, tries = self._resting.get(key, (0.0, 0))
        self._resting[key] = (time.monotonic() + min(0.5 * 2**tries, _LONGEST_PAUSE_S), tries + 1)
        return tries + 1

    async def _fire(
        self,
        documents: Documents[Any],
        raw: Raw,
        name: str,
        due: datetime,
        key: Timer,
    ) -> bool:
        """Whether it fired; a failed one rests and stays due."""
        visit_id = raw.get("visit_id")
        try:
            with telemetry.span(f"timer {name}", dealer_id=raw["dealer_id"], visit_id=visit_id):
                unit = self._new_unit(scope=Dealers.of(raw["dealer_id"]), actor=f"timer:{name}")
                unit.hold(documents, raw)
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
            tries = self._rest(key)
            if not is_transient(failed):
                log.error("timer failed", timer=name, document=raw["_id"], tries=tries, exc_info=failed)
            return False
        self._horizons.forget(key)
        self._resting.pop(key, None)
        self.fired += 1
        return True
