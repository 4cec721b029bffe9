"""One run: dealers open, people play, things break in between, then everything comes to rest and is judged."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from checker import Evidence, Poison, broken
from checker_rebuild import rebuilt_is_live
from checker_rolling import Rolling
from checker_stores import Stores
from checker_story import Violation
from checker_topics import Ledger, Reader
from history import Body, History
from load import BusinessTime, Callers, GivenUp, Load, Pace
from load_visits import ZONE, Dealer, a_technicians_visits, bookings_made_and_moved, open_dealers
from sevenstep.description import StackDescription
from sevenstep.kafka_access import aiokafka_settings
from sevenstep.servers import KafkaAccess

_WORK = ("pending_events", "lag", "due_timers")
_IN_HAND = ("WAITING", "PARKED", "BEHIND")
NETWORK = "*"
"""Whose headquarters' sums over all dealers are."""
NIGHTS = (timedelta(hours=30), timedelta(days=4), timedelta(days=30))
"""The jumps of the clock at the end: to the follow-ups, to reminders and missed appointments, to the last of them."""


@dataclass(frozen=True)
class Plan:
    """What is played. ``technicians``: whole visits at once for each dealer; ``bookers``: people who book and move."""

    dealers: int = 6
    technicians: int = 2
    bookers: int = 2
    rate: float = 45.0
    clock_pace: float = 60.0
    seed: int = 1
    nights: Sequence[timedelta] = NIGHTS
    alone: bool = False
    """Nobody else has used this stack: what is summed up for the whole network is this run's too."""
    quiet_s: float = 120.0
    """Somebody who has come no closer to rest for so long will not come there: a night's thousand timers may take
    a busy machine minutes, but there are fewer of them all the time."""


@dataclass
class Rest:
    """How close to rest it came, and when. ``patience_s``: for how long it may come no closer."""

    patience_s: float
    since: float
    closest: float = float("inf")

    def seen(self, work: int, now: float) -> None:
        if work < self.closest:
            self.closest, self.since = work, now

    def given_up(self, now: float) -> bool:
        return now - self.since > self.patience_s


@dataclass
class Run:
    """A run on a stack that somebody else starts and breaks. Leave its block to end what it has started."""

    stack: StackDescription
    plan: Plan = field(default_factory=Plan)
    kafka: Mapping[str, Any] | None = None
    """How the checker reaches the brokers; None: as the stack describes them."""
    history: History = field(default_factory=History)
    drained_s: float = 0.0
    """How long it took to come to rest once the load had stopped."""

    def __post_init__(self) -> None:
        self.callers = Callers(self.stack, self.history, Pace(self.plan.rate), self.plan.seed)
        self.stores = Stores(self.stack.mongo["url"], sorted(self.stack.processes))
        self.dealers: list[Dealer] = []
        self.codes: set[str] = set()
        self.ledger = Ledger(self.codes)
        self.poison: dict[str, Poison] = {}
        topics = [f"{service}.events" for service in sorted(self.stack.processes)]
        self.reader = Reader(self.kafka or kafka_of(self.stack), topics, self.ledger)
        self.rolling = Rolling(self.stores, self.history, self.ledger, self.codes)
        self.load = Load(self.callers, [])
        self._baseline: Mapping[str, int] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._baseline = _work_of(await self._backlogs())
        clocks = await self.callers.operate("GET", "/ops/clock")
        now = max(datetime.fromisoformat(told["now"]) for told in clocks.values() if told)
        self.time = BusinessTime(self.callers, now, self.plan.clock_pace)
        plan = self.plan
        self.dealers = await open_dealers(self.callers, plan.dealers, plan.technicians, now.astimezone(ZONE).date())
        self.codes.update(dealer.code for dealer in self.dealers)
        visits = [a_technicians_visits(one, n + 1) for one in self.dealers for n in range(plan.technicians)]
        bookings = [bookings_made_and_moved(one) for one in self.dealers for _ in range(plan.bookers)]
        self.load = Load(self.callers, [*visits, *bookings])
        self.reader.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.callers.stopped = True
        for task in (*self._tasks, *self.load._tasks):
            task.cancel()
        if everybody := (*self._tasks, *self.load._tasks):
            await asyncio.wait(everybody, timeout=10)
        await self.reader.stop()
        await self.callers.close()
        await self.stores.close()

    def start(self) -> None:
        """The people begin, the clock goes, and the checker looks on."""
        self.load.start()
        self._tasks = [asyncio.create_task(self.time.run()), asyncio.create_task(self.rolling.run())]

    async def has_announced(self, facts: int, seconds: float) -> bool:
        """Whether so many facts were announced in this time; returns as soon as they are."""
        until = time.monotonic() + seconds
        for _ in range(int(max(0.0, seconds) / 0.5)):
            if len(self.ledger.facts) >= facts or time.monotonic() > until:
                break
            await asyncio.sleep(0.5)
        return len(self.ledger.facts) >= facts

    async def settle(self) -> list[Violation]:
        """The people go home, nights pass, everything comes to rest; what is broken."""
        late: list[Violation] = []
        await self.load.stop()
        try:
            began = time.monotonic()
            await self._quiet()
            self.drained_s = time.monotonic() - began
            for task in self._tasks:
                task.cancel()
            for night in (self._until_the_eve(), *self.plan.nights):
                await self.time.jump(night)
                await self._quiet()
            ends = await self.reader.caught_up()
        except (GivenUp, TimeoutError) as never:
            late.append(Violation("comes-to-rest", str(never) or "the topics cannot be read to their end"))
            ends = {}
        return [*late, *await self._judged(ends)]

    def _until_the_eve(self) -> timedelta:
        """To the night before the first booked day: reminders are due, and nobody is late yet."""
        eve = datetime.combine(self.dealers[0].first_day, clock_time(2), ZONE)
        return max(timedelta(), eve - self.time.now)

    async def _judged(self, ends: Mapping[Any, int]) -> list[Violation]:
        scope = {*self.codes, *([NETWORK] if self.plan.alone else [])}
        evidence = Evidence(
            operations=self.history.operations,
            ledger=self.ledger,
            kept=await self.stores.kept(scope),
            ends=ends,
            probes=self.callers.probes,
            stumbled=self.load.stumbled,
            poison=self.poison,
            scope=scope,
            seen_pending=self.rolling.seen_pending,
        )
        found = [*self.rolling.violations, *broken(evidence)]
        try:
            found += await rebuilt_is_live(evidence)
        except Exception as failed:
            found.append(Violation("rebuilt-is-live", f"the topics cannot be folded: {failed}"))
        return found

    async def _quiet(self) -> None:
        """Nothing to send, to take in or to fire, twice without doing anything. Raises ``GivenUp``."""
        before: Mapping[str, int] = {}
        rest, began, pause = Rest(self.plan.quiet_s, time.monotonic()), time.monotonic(), 0.1
        while not rest.given_up(time.monotonic()):
            found = _work_of(await self._backlogs())
            done = {name: count for name, count in found.items() if not name.endswith("activity")}
            calm = all(count <= self._baseline.get(name, 0) for name, count in done.items())
            if calm and found == before and not any(name.endswith("silent") for name in found):
                return
            rest.seen(sum(done.values()), time.monotonic())
            before = found
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 2.0)
        busy = {name: count for name, count in before.items() if count and not name.endswith("activity")}
        raise GivenUp(f"not at rest after {time.monotonic() - began:.0f} s: {busy}")

    async def _backlogs(self) -> Mapping[str, Body | None]:
        return await self.callers.operate("GET", "/ops/backlog")


def _work_of(backlogs: Mapping[str, Body | None]) -> dict[str, int]:
    """What is still to be done, by process and kind of work; a process that does not answer is ``silent``."""
    found: dict[str, int] = {}
    for process, told in backlogs.items():
        if told is None:
            found[f"{process} silent"] = 1
            continue
        found |= {f"{process} {work}": told[work] for work in _WORK}
        found[f"{process} aside"] = sum(told["set_aside"].get(state, 0) for state in _IN_HAND)
        found[f"{process} activity"] = told["activity"]
    return found


def kafka_of(stack: StackDescription) -> dict[str, Any]:
    """aiokafka's settings of the administrator."""
    return aiokafka_settings(KafkaAccess.told(stack.kafka))


def log_tails(stack: StackDescription, lines: int = 8) -> str:
    """The last warnings and errors of each service process, for a failed run."""
    parts = []
    for log in sorted(Path(stack.logs).glob("*-[0-9].log")):
        loud = ('"level": "warning"', '"level": "error"', "Traceback", "Error:")
        told = [line for line in log.read_text(errors="replace").splitlines() if any(word in line for word in loud)]
        if told:
            parts.append(f"--- {log.name}\n" + "\n".join(line[:400] for line in told[-lines:]))
    return "\n".join(parts)
