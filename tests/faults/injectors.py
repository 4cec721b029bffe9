"""The faults of the matrix: each does something bad to a cluster, proves that it took effect, and mends it.

    await held(FAULTS["M1"](cluster, Random(seed)), seconds=8)

Every choice (which partition, which service) comes from the given chance, so a seed repeats it.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from cluster import Cluster, Process, ServiceProcess

LOOK_EVERY_S = 0.1


class NotProven(AssertionError):
    """A fault had no effect: a run in which that happens shows nothing."""


class Fault:
    """One fault, done once. ``did`` tells what was done to whom, as soon as it was done."""

    id: ClassVar[str]
    """As in the matrix: K1 … X1."""
    describe: ClassVar[str]
    holds: ClassVar[tuple[float, float]] = (3.0, 8.0)
    """For how many seconds it is held, at least and at most, in a run with many faults."""
    long_holds: ClassVar[tuple[float, float]] = (10.0, 30.0)
    """The same for the whole matrix."""

    def __init__(self, cluster: Cluster, chance: Random) -> None:
        self.cluster, self.chance = cluster, chance
        self.did = ""
        self.relieved = ""
        """The service whose other processes have to take over meanwhile, if somebody has to."""

    def obstacle(self) -> str:
        """Why it cannot be done to this cluster; empty when it can."""
        return ""

    async def inject(self) -> None:
        """Do it. Returns when it holds."""
        raise NotImplementedError

    async def proof(self) -> str:
        """Asked at the end of the hold: what shows that it took effect. Raises NotProven."""
        raise NotImplementedError

    async def heal(self) -> None:
        """Undo it; also a part of it, when ``inject`` failed in the middle. What was killed runs again when this
        returns, though not everything has caught up."""
        raise NotImplementedError

    def any_service(self) -> ServiceProcess:
        """A process by chance."""
        return self.chance.choice([one for some in self.cluster.services.values() for one in some])


@dataclass(frozen=True)
class Told:
    """What a held fault was and showed. Times are ``time.monotonic()``."""

    id: str
    did: str
    proof: str
    begun: float
    healed: float
    relieved: str = ""


async def held(fault: Fault, seconds: float) -> Told:
    """Inject, hold, prove, heal. Heals whatever happens. Raises NotProven."""
    begun = time.monotonic()
    try:
        await fault.inject()
    except BaseException:
        with contextlib.suppress(AttributeError):  # nobody was chosen yet: there is nothing to heal
            await fault.heal()
        raise
    try:
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - begun)))
        shown = await fault.proof()
    finally:
        await fault.heal()
    return Told(fault.id, fault.did, shown, begun, time.monotonic(), fault.relieved)


async def until(seen: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until it is seen; how long that took. Raises NotProven."""
    begun = time.monotonic()
    while not await asyncio.to_thread(seen):
        if time.monotonic() - begun > seconds:
            raise NotProven(f"{what}: not seen within {seconds:.0f} s")
        await asyncio.sleep(LOOK_EVERY_S)
    return time.monotonic() - begun


def prove(shown: bool, what: str) -> None:
    """Raises NotProven unless it was shown."""
    if not shown:
        raise NotProven(what)


def pids(processes: Collection[Process]) -> list[int]:
    """Their numbers now."""
    return [one.pid for one in processes]
