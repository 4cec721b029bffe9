"""A run with one fault after the other: injected, held, proven, healed, and what callers and consumers felt of it."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import structlog
from checker_story import Violation
from cluster import Cluster
from failures_points import POINT_FAULTS
from felt import AFTER_S, Felt, Progress, felt
from injectors import Fault, Told, held
from injectors_matrix import FAULTS
from run import Run

EVERY: Mapping[str, Callable[[Cluster, Random], Fault]] = {**FAULTS, **POINT_FAULTS}

HEALTHY_S = 180.0
TRIES = 3

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Course:
    """``K1+M2`` among the faults: both at the same time. ``period_s``: from one beginning to the next. ``long``: held
    as in the whole matrix."""

    faults: Sequence[str]
    facts: int
    most_s: float
    period_s: float = 12.0
    long: bool = False
    seed: int = 1


@dataclass
class Played:
    """What came of a course."""

    course: Course
    run: Run
    violations: list[Violation]
    felt: list[Felt]
    took_s: float
    skipped: dict[str, str]
    """Faults that could not be done to this cluster, and why."""
    load: float
    """The machine's load on average."""


@dataclass
class Steps:
    """The faults of a course, one after the other."""

    cluster: Cluster
    run: Run
    course: Course
    told: list[tuple[str, Told, float]] = field(default_factory=list)
    unproven: list[Violation] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(self.course.seed)

    async def all(self, until: float) -> None:
        """Until they are done or the time is over."""
        for step in self.course.faults:
            started = time.monotonic()
            if started > until:
                return
            if not await self._shown(step) and "+" not in step:
                self.unproven.append(Violation("fault-proven", f"{step} had no effect that could be shown"))
            await asyncio.sleep(max(0.0, self.course.period_s - (time.monotonic() - started)))

    async def _shown(self, step: str) -> bool:
        """On a busy machine a fault may be too slow to be seen; then it is done again."""
        for _ in range(TRIES):
            if await self._proven(step):
                return True
        return False

    async def _proven(self, step: str) -> bool:
        """Whether it was shown, or cannot be done here at all. Of two at once, one may undo the other's proof."""
        together = {name: EVERY[name](self.cluster, self.chance) for name in step.split("+")}
        if obstacles := {name: why for name, one in together.items() if (why := one.obstacle())}:
            self.skipped |= obstacles
            return True
        try:
            for name, one in await _done(self.cluster, together, self.chance, self.course):
                self.told.append((name, *one))
                _say(f"{len(self.told):3} {name:22} {one[0].did}; {one[0].proof[:90]}", self.run)
        except Exception as failed:
            _say(f"    {step:22} not proven: {type(failed).__name__}: {str(failed)[:120]}", self.run)
            await _mended(self.cluster)
            return False
        return True


async def played(cluster: Cluster, run: Run, course: Course) -> Played:
    """Plays a course on an opened run and judges it."""
    begun, steps = time.monotonic(), Steps(cluster, run, course)
    progress = Progress(run.stores, run.history)
    looking = asyncio.create_task(progress.run())
    run.start()
    try:
        await steps.all(begun + course.most_s)
        await asyncio.sleep(AFTER_S)  # what the last one did is felt for as long as what the others did
        await run.has_announced(course.facts, course.most_s - (time.monotonic() - begun))
        load_ended = run.history.now
        violations = [*steps.unproven, *await run.settle()]
    finally:
        looking.cancel()
        await asyncio.wait([looking])
    load = sum(progress.loads) / max(1, len(progress.loads))
    found = felt(run.history, progress, steps.told, load_ended)
    return Played(course, run, violations, found, time.monotonic() - begun, steps.skipped, load)


async def _done(
    cluster: Cluster, together: Mapping[str, Fault], chance: Random, course: Course
) -> list[tuple[str, tuple[Told, float]]]:
    """Faults at the same time, until everybody is healthy again; each has come to its end whatever the others did."""
    holds = [one.long_holds if course.long else one.holds for one in together.values()]
    held_for = [held(one, chance.uniform(*hold)) for one, hold in zip(together.values(), holds, strict=True)]
    came = await asyncio.gather(*held_for, return_exceptions=True)
    for one in came:
        if isinstance(one, BaseException):
            raise one
    await asyncio.gather(*(process.start(ready=False) for process in cluster.processes))  # whoever was one too many
    healthy_s = await cluster.healthy(HEALTHY_S)
    return [(name, (told, healthy_s)) for name, told in zip(together, came, strict=True) if isinstance(told, Told)]


async def _mended(cluster: Cluster) -> None:
    """Everything healed, resumed, started and healthy, whatever state it was left in."""
    cluster.heal_all()
    await asyncio.gather(*(process.start(ready=False) for process in cluster.processes))
    await cluster.healthy(HEALTHY_S)


def _say(what: str, run: Run) -> None:
    counted = run.history.counted()
    print(f"{run.history.now:7.1f} s {len(run.ledger.facts):6} facts {counted['OK']:6} done {what}", flush=True)


def some(names: Sequence[str], count: int, seed: int) -> list[str]:
    """So many of these, each about as often as the others, in an order by chance."""
    chance, found = Random(seed), []
    while len(found) < count:
        found += chance.sample(list(names), len(names))
    return found[:count]


def pairs(names: Sequence[str], count: int, seed: int) -> list[str]:
    """Two at once, of which one does not touch what the other does: brokers, members, services, wires."""
    chance, found = Random(seed), []
    while len(found) < count:
        one, other = chance.sample(list(names), 2)
        if _touches(one) != _touches(other):
            found.append(f"{one}+{other}")
    return found


def _touches(name: str) -> str:
    named = {"N1-leader": "K", "N1-primary": "M", "N1-store": "S", "N1-kafka": "S", "D1-replay": "S", "D3": "S"}
    return named.get(name, name[0])
