"""K1-K6: brokers are killed, chased, paused, restarted one after the other, and away when a service starts."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx2
from aiokafka.errors import KafkaError
from cluster import Node, NotHealthyInTime, Process
from confluent_kafka import KafkaException
from injectors import Fault, NotProven, prove, until

ELECTED_S = 15.0
"""A partition whose leader is gone has another within this time."""
COORDINATED_S = 30.0
"""So has a group its coordinator: first a leader for the partition that keeps its offsets, then that one reads them;
and the controllers their leader, who is elected anew by nodes that have little time on such a machine."""


class _Brokers(Fault):
    """Some brokers are killed; the heal starts them again."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.killed: list[Node] = []

    def obstacle(self) -> str:
        return "" if len(self.cluster.kafka) >= 3 else "needs three brokers"

    def kill(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            self.killed.append(node)
            node.kill()
        self.did = f"killed {', '.join(node.name for node in self.killed)}"

    async def proof(self) -> str:
        dead = [node for node in self.killed if not node.alive]
        prove(dead == self.killed, f"of {self.killed} somebody lives")
        return f"{', '.join(node.name for node in dead)} dead"

    async def succeeded(self, role: Callable[[], Awaitable[Node]], what: str) -> Node:
        """Who has the role of the killed one. While it moves nobody has, or nobody can say. Raises NotProven."""
        given_up = time.monotonic() + COORDINATED_S
        while time.monotonic() < given_up:
            with contextlib.suppress(KafkaError, OSError, TimeoutError, NotHealthyInTime):
                now = await role()
                if now not in self.killed:
                    return now
            await asyncio.sleep(0.2)
        raise NotProven(f"{what} by nobody else")

    async def heal(self) -> None:
        await asyncio.gather(*(node.start() for node in self.killed))


class LeaderKilled(_Brokers):
    id = "K1"
    describe = "kill -9 of the broker that leads a partition"

    async def inject(self) -> None:
        self.topic, self.partition = self._some_partition()
        self.leader = await self.cluster.leader_of(self.topic, self.partition)
        self.kill([self.leader])

    def _some_partition(self) -> tuple[str, int]:
        service = self.chance.choice(sorted(self.cluster.services))
        return f"{service}.events", self.chance.randrange(self.cluster.options.partitions)

    async def proof(self) -> str:
        dead = await super().proof()
        now = await another_leads(self, self.topic, self.partition, self.leader)
        return f"{dead}; {self.topic}-{self.partition} is led by {now.name} now"


class LeaderChased(LeaderKilled):
    describe = "kill -9 of a partition's leader, and of whoever leads then, when the first has come back"
    holds = (10.0, 15.0)
    long_holds = (20.0, 40.0)

    async def inject(self) -> None:
        await super().inject()
        first, self.leader = self.leader, await another_leads(self, self.topic, self.partition, self.leader)
        await first.start()
        await until(lambda: self._in_sync(first), 30, f"{first.name} has caught up")
        self.killed.clear()
        self.kill([self.leader])
        self.did = f"killed {first.name}, then {self.leader.name}, leaders of {self.topic}-{self.partition}"

    def _in_sync(self, node: Node) -> bool:
        try:
            partition = self.cluster.admin.list_topics(self.topic, 5).topics[self.topic].partitions[self.partition]
        except KafkaException:
            return False
        return self.cluster.kafka.index(node) + 1 in partition.isrs


class CoordinatorKilled(_Brokers):
    id = "K2"
    describe = "kill -9 of the broker that coordinates a consumer group"

    async def inject(self) -> None:
        service = self.chance.choice(sorted(self.cluster.services))
        self.group = await self.cluster.group_of(service)
        self.kill([await self.cluster.coordinator(self.group)])

    async def proof(self) -> str:
        dead = await super().proof()
        now = await self.succeeded(lambda: self.cluster.coordinator(self.group), f"{self.group} is coordinated")
        return f"{dead}; {self.group} is coordinated by {now.name} now"


class ControllerKilled(_Brokers):
    id = "K2"
    describe = "kill -9 of the node that leads the controllers"

    async def inject(self) -> None:
        self.kill([await self.cluster.controller()])

    async def proof(self) -> str:
        dead = await super().proof()
        now = await self.succeeded(self.cluster.controller, "the controllers are led")
        return f"{dead}; the controllers are led by {now.name} now"


class MostBrokersKilled(_Brokers):
    id = "K3"
    describe = "kill -9 of two brokers of three: nothing can be written"
    count = 2

    async def inject(self) -> None:
        self.kill(self.chance.sample(self.cluster.kafka, self.count))


class AllBrokersKilled(MostBrokersKilled):
    describe = "kill -9 of all three brokers"
    count = 3


class LeaderPaused(LeaderKilled):
    id = "K4"
    describe = "SIGSTOP of the broker that leads a partition: its connections stay open and nothing answers"
    holds = (6.0, 8.0)

    async def inject(self) -> None:
        self.topic, self.partition = self._some_partition()
        self.leader = await self.cluster.leader_of(self.topic, self.partition)
        self.leader.pause()
        self.did = f"paused {self.leader.name}, leader of {self.topic}-{self.partition}"

    async def proof(self) -> str:
        prove(self.leader.paused, f"{self.leader} is not paused")
        now = await another_leads(self, self.topic, self.partition, self.leader)
        return f"{self.leader.name} paused; {self.topic}-{self.partition} is led by {now.name} now"

    async def heal(self) -> None:
        self.leader.resume()


class RollingRestart(Fault):
    id = "K5"
    describe = "every broker is stopped in good order and started again, one after the other"
    holds = (3.0, 8.0)

    async def inject(self) -> None:
        self.before = [node.pid for node in self.cluster.kafka]
        for node in self.cluster.kafka:
            await node.terminate()
            await node.start()
            await until(self._whole, 60, f"all copies are in sync after the restart of {node.name}")
        self.did = "restarted all brokers, one after the other"

    def _whole(self) -> bool:
        try:
            known = self.cluster.admin.list_topics(timeout=5)
        except KafkaException:
            return False
        partitions = [one for topic in known.topics.values() for one in topic.partitions.values()]
        return len(known.brokers) == len(self.cluster.kafka) and all(
            len(one.isrs) == len(one.replicas) for one in partitions
        )

    async def proof(self) -> str:
        now = [node.pid for node in self.cluster.kafka]
        prove(not set(now) & set(self.before), "a broker was not restarted")
        return f"process numbers {self.before} became {now}"

    async def heal(self) -> None:
        await asyncio.gather(*(node.start() for node in self.cluster.kafka))


class KafkaAwayAtStart(_Brokers):
    id = "K6"
    describe = "a service starts while there is no broker at all"
    holds = (8.0, 12.0)

    async def inject(self) -> None:
        self.starting = self.any_service()
        self.kill(self.cluster.kafka)
        self.starting.kill()
        await self.starting.start(ready=False)
        self.did += f", then started {self.starting.name}"

    async def proof(self) -> str:
        dead = await super().proof()
        await until(self._answers, 60, f"{self.starting.name} answers")
        async with httpx2.AsyncClient(timeout=5, trust_env=False) as http:
            live = await http.get(f"{self.starting.direct_url}/health/live")
            ready = await http.get(f"{self.starting.direct_url}/health/ready")
        prove((live.status_code, ready.status_code) == (200, 503), f"live {live.status_code}, ready {ready.text}")
        return f"{dead}; {self.starting.name} lives and says it is not ready: {ready.text[:200]}"

    def _answers(self) -> bool:
        with contextlib.suppress(httpx2.HTTPError):
            return httpx2.get(f"{self.starting.direct_url}/health/live", timeout=5, trust_env=False).status_code == 200
        return False

    async def heal(self) -> None:
        await super().heal()
        await self.starting.start()


async def another_leads(fault: Fault, topic: str, partition: int, than: Process) -> Node:
    """Who leads the partition instead. Raises NotProven."""
    given_up = time.monotonic() + ELECTED_S
    while time.monotonic() < given_up:
        with contextlib.suppress(KafkaException, NotHealthyInTime):
            now = await fault.cluster.leader_of(topic, partition, besides=than)
            if now is not than:
                return now
        await asyncio.sleep(0.2)
    raise NotProven(f"{topic}-{partition} got no other leader than {than}")
