"""What was felt of each fault: how long nothing was acknowledged, and how long nobody came further."""

import asyncio
import itertools
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from checker_stores import Stores
from history import History
from injectors import Told

Partition = tuple[str, int]

AFTER_S = 25.0
"""A fault's effects are looked for until so long after its heal, or until the next one begins."""
LOOK_S = 0.25
ANSWER_S = 2.0
"""A store that does not say in this time how far a service is, is asked again."""
BUSY, BEFORE_S = 10, 20.0
"""A partition that moved so often in the seconds before a fault has always something to do."""
OUT_S = 2.0
"""Who stood still for so long when the next fault began did so because of the one before."""


@dataclass(frozen=True)
class Felt:
    """What was felt of one fault, in seconds: the longest time without an acknowledged command, the longest in which
    no consumer of some service came further, until everybody was healthy after the heal, and the longest in which a
    busy partition stood still whose reader had died (None: nobody had to take over)."""

    name: str
    told: Told
    writes_away_s: float
    consumers_away_s: float
    consumers_of: str
    """Whose consumers stood still the longest."""
    healthy_s: float
    taken_over_s: float | None = None


@dataclass
class Progress:
    """How far the consumers are, looked at four times a second."""

    stores: Stores
    history: History
    moved: dict[str, dict[Partition, list[float]]] = field(default_factory=dict)
    """By service and partition: when its position was seen further than before."""
    loads: list[float] = field(default_factory=list)
    """The machine's load, which tells what the figures are worth."""

    async def run(self) -> None:
        """Until cancelled. The services are asked at the same time: a store that hangs hides nobody else."""
        seen: dict[tuple[str, Partition], int] = {}
        while True:
            await asyncio.sleep(LOOK_S)
            self.loads.append(os.getloadavg()[0])
            await asyncio.gather(*(self._look(service, seen) for service in self.stores.built))

    async def _look(self, service: str, seen: dict[tuple[str, Partition], int]) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                found = await self.stores.positions(service)
        except Exception:
            return  # the store is away: nobody comes further meanwhile
        for partition, offset in found.items():
            if offset != seen.get((service, partition)):
                seen[service, partition] = offset
                self.moved.setdefault(service, {}).setdefault(partition, []).append(self.history.now)

    def away(self, window: "Window") -> tuple[float, str]:
        """How long some service came no further at the longest, and which. The survey has too little to do to tell."""
        told = {service: lanes.values() for service, lanes in self.moved.items() if service != "survey"}
        gaps = ((window.longest_gap(itertools.chain(*lanes)), service) for service, lanes in told.items())
        return max(gaps, default=(0.0, ""))

    def still(self, service: str, window: "Window") -> float | None:
        """The longest time in which a busy partition of this service stood still; None when none was busy."""
        lanes = self.moved.get(service, {}).values()
        busy = [times for times in lanes if sum(window.begun - BEFORE_S < at < window.begun for at in times) >= BUSY]
        return max((window.longest_gap(times) for times in busy), default=None)


@dataclass(frozen=True)
class Window:
    """When a fault can be felt: from its beginning until something else is to blame."""

    begun: float
    until: float

    def longest_gap(self, times: Iterable[float]) -> float:
        """The longest time between two neighbours, as far as this fault is the reason for it: not before it began, and
        not once the next one has begun, unless everything stood still already."""
        longest, before = 0.0, None
        for at in sorted(times):
            if before is not None and at > self.begun and before < self.until:
                to = at if self.until - before > OUT_S else min(at, self.until)
                longest = max(longest, to - max(before, self.begun))
            before = at
        return longest


def felt(
    history: History, progress: Progress, held: Sequence[tuple[str, Told, float]], load_ended: float
) -> list[Felt]:
    """Of every fault that was held: its name, what it told, and how long everybody then took to be healthy."""
    written = [attempt.began + attempt.took for _, attempt in history.attempts() if 200 <= attempt.status < 300]
    begins = sorted(history.since(told.begun) for _, told, _ in held)
    found = []
    for name, told, healthy_s in held:
        begun = history.since(told.begun)
        following = next((at for at in begins if at > begun + 0.01), load_ended)
        window = Window(begun, min(history.since(told.healed) + AFTER_S, following, load_ended))
        over = progress.still(told.relieved, window) if told.relieved else None
        away, whose = progress.away(window)
        found.append(Felt(name, told, window.longest_gap(written), away, whose, healthy_s, over))
    return found
