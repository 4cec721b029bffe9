"""N1-N3: the network between the processes falls apart, loses one direction, resets, is late and slow."""

import asyncio
from collections.abc import Sequence
from random import Random

from cluster import Cluster, Process, ServiceProcess
from injectors import Fault, prove
from proxy import Proxy

Crossing = tuple[Proxy, list[int] | None]
"""A proxy, and whose connections through it are meant (None: everybody's)."""


class _Parted(Fault):
    """Connections that cross a line carry nothing; the proof looks at their bytes."""

    holds = (5.0, 8.0)
    long_holds = (20.0, 60.0)

    def __init__(self, cluster: Cluster, chance: Random) -> None:
        super().__init__(cluster, chance)
        self.crossing: list[Crossing] = []
        self._name = f"parted-{id(self)}"

    def part(self, crossing: Sequence[Crossing]) -> None:
        """Nothing passes any more."""
        self.crossing = list(crossing)
        for door, sources in self.crossing:
            door.cut(silent=True, sources=sources, by=self._name)
        self._before = self._passed()

    def _passed(self) -> dict[str, int]:
        return {
            f"{door.name} {link}": count
            for door, sources in self.crossing
            for link, count in door.links(sources).items()
        }

    async def proof(self) -> str:
        first = self._passed()
        await asyncio.sleep(0.5)
        second = self._passed()
        prove(bool(first), f"{self.did}: no connection crosses the line")
        moved = [link for link, count in second.items() if count != first.get(link, self._before.get(link, 0))]
        prove(not moved, f"bytes flowed: {moved}")
        old = [link for link, count in first.items() if link in self._before and count != self._before[link]]
        prove(not old, f"bytes flowed since the cut: {old}")
        return f"{len(second)} connections across the line carried nothing"

    async def heal(self) -> None:
        for door, _ in self.crossing:
            door.heal(by=self._name)


def around(cluster: Cluster, one: Process) -> list[Crossing]:
    """Everything that leads to this process, and everything it leads elsewhere."""
    inward: list[Crossing] = [(door, None) for door in one.doors]
    outward: list[Crossing] = [
        (door, [one.pid]) for other in cluster.processes if other is not one for door in other.doors
    ]
    return [*inward, *outward]


class PrimaryAlone(_Parted):
    id = "N1"
    describe = "the primary is cut off from the members and from everybody else"

    async def inject(self) -> None:
        self.alone = await self.cluster.primary()
        self.part(around(self.cluster, self.alone))
        self.did = f"cut {self.alone.name} off"

    async def proof(self) -> str:
        shown = await super().proof()
        now = await self.cluster.primary(20)
        prove(now is not self.alone, f"{now.name} is primary still")
        return f"{shown}; {now.name} is primary now"


class LeaderAlone(_Parted):
    id = "N1"
    describe = "a broker is cut off from the others and from its clients"

    async def inject(self) -> None:
        service = self.chance.choice(sorted(self.cluster.services))
        alone = await self.cluster.leader_of(f"{service}.events", 0)
        self.part(around(self.cluster, alone))
        self.did = f"cut {alone.name} off"


class ServiceWithoutStore(_Parted):
    id = "N1"
    describe = "a service's process does not reach the store; Kafka and its callers reach it"

    def targets(self) -> Sequence[Process]:
        return self.cluster.mongo

    async def inject(self) -> None:
        victim: ServiceProcess = self.any_service()
        self.part([(door, [victim.pid]) for target in self.targets() for door in target.doors])
        self.did = f"cut {victim.name} off from {', '.join(one.name for one in self.targets())}"


class ServiceWithoutKafka(ServiceWithoutStore):
    describe = "a service's process does not reach Kafka; the store and its callers reach it"

    def targets(self) -> Sequence[Process]:
        return self.cluster.kafka


class OneWay(_Parted):
    id = "N1"
    describe = "what a server answers does not arrive; what it is told does"

    async def inject(self) -> None:
        victim = self.chance.choice([*self.cluster.kafka, *self.cluster.mongo])
        self.crossing = [(door, None) for door in victim.doors]
        for door in victim.doors:
            door.cut_one_way("to_client", by=self._name)
        self._counted = [door.counters for door in victim.doors]
        self.did = f"nothing of what {victim.name} says arrives"

    async def proof(self) -> str:
        now = [door.counters for door, _ in self.crossing]
        said = sum(one.to_client - before.to_client for one, before in zip(now, self._counted, strict=True))
        heard = sum(one.to_server - before.to_server for one, before in zip(now, self._counted, strict=True))
        prove(said == 0, f"{said} bytes of its answers arrived")
        prove(heard > 0, "it was told nothing meanwhile")
        return f"it was told {heard} bytes, and nothing of its answers arrived"


class Resets(Fault):
    id = "N2"
    describe = "every connection to the servers is reset, once a second"
    times = 3

    async def inject(self) -> None:
        self.ended = 0
        for turn in range(self.times):
            if turn:
                await asyncio.sleep(1.0)
            self.ended += sum(
                door.reset() for server in (*self.cluster.kafka, *self.cluster.mongo) for door in server.doors
            )
        self.did = f"reset all connections {self.times} times"

    async def proof(self) -> str:
        prove(self.ended > 0, "there was no connection")
        return f"{self.ended} connections were reset"

    async def heal(self) -> None:
        """A reset is over when it was done."""


class Late(Fault):
    id = "N3"
    describe = "everything takes 100 ms longer, each way"
    milliseconds = 100.0
    long_holds = (20.0, 60.0)

    async def inject(self) -> None:
        self._name = f"late-{id(self)}"
        self.doors = [door for one in self.cluster.processes for door in one.doors]
        self.before = sum(door.counters.late for door in self.doors)
        for door in self.doors:
            self.worsen(door)
        self.did = self.describe

    def worsen(self, door: Proxy) -> None:
        door.delay(self.milliseconds, by=self._name)

    async def proof(self) -> str:
        late = sum(door.counters.late for door in self.doors) - self.before
        longest = max(door.counters.longest_s for door in self.doors)
        prove(late > 0, "no byte was late")
        prove(longest >= self.milliseconds / 1000 * 0.95, f"the latest bytes took {longest:.3f} s")
        return f"{late} bytes were late, by {longest * 1000:.0f} ms at most"

    async def heal(self) -> None:
        for door in self.doors:
            door.heal(by=self._name)


class VeryLate(Late):
    describe = "everything takes 500 ms longer, each way"
    milliseconds = 500.0


class Slow(Late):
    describe = "each connection carries 1 Mbit/s at most"
    milliseconds = 0.0

    def worsen(self, door: Proxy) -> None:
        door.rate(125_000, by=self._name)
