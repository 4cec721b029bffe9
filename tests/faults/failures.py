"""What goes wrong with single processes: killed at a named point, a broker that pauses, a topic that refuses, records
nobody can read."""

import asyncio
import signal
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaProducer
from checker import Poison
from checker_topics import Announced
from cluster import Cluster, ServiceProcess
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, OffsetSpec
from contracts.envelope import to_headers
from run import Run

REACHED_S = 40.0


class NeverReached(Exception):
    """The process did not come to the point it was to die at."""


@dataclass(frozen=True)
class Failpoints:
    """The folder in which wishes lie; ``settings`` tell the services of it."""

    folder: Path

    @property
    def settings(self) -> dict[str, str]:
        return {"SEVENSTEP_FAILPOINTS": str(self.folder)}

    def arm(self, process: str, point: str, number: signal.Signals = signal.SIGKILL) -> None:
        """The next time this process comes to the point, it sends itself the signal."""
        draft = self.folder / f"{process}.{point}.draft"
        draft.write_text(str(int(number)))
        draft.rename(self.folder / f"{process}.{point}")

    def reached(self, process: str, point: str) -> bool:
        """Whether it came there since it was armed."""
        return not (self.folder / f"{process}.{point}").exists()

    def disarm(self) -> None:
        for wish in self.folder.iterdir():
            wish.unlink(missing_ok=True)


@dataclass
class Scene:
    """Where a trouble happens. ``planted``: what a process is told when it starts again."""

    cluster: Cluster
    failpoints: Failpoints
    run: Run
    planted: dict[str, dict[str, str]] = field(default_factory=dict)

    def process(self, service: str) -> ServiceProcess:
        return self.cluster.services[service][0]

    async def killed_at(self, process: ServiceProcess, point: str, seconds: float = REACHED_S) -> float:
        """Kills it at the next passing of the point and starts it again; how long it was away. Proof: the process is
        dead and the wish is gone. Raises ``NeverReached``."""
        self.failpoints.arm(process.name, point)
        until = time.monotonic() + seconds
        while process.alive:
            if time.monotonic() > until:
                self.failpoints.disarm()
                raise NeverReached(f"{process.name} did not reach {point} in {seconds:.0f} s")
            await asyncio.sleep(0.02)
        began = time.monotonic()
        assert self.failpoints.reached(process.name, point), f"{process.name} died of something else than {point}"
        await process.start(self.planted.get(process.service))
        return time.monotonic() - began


Trouble = Callable[[Scene, str], Awaitable[None]]


async def nothing(scene: Scene, service: str) -> None:
    await asyncio.sleep(3)


async def consumer_killed(scene: Scene, service: str) -> None:
    """Everything of a batch is written but the commit."""
    await scene.killed_at(scene.process(service), "before-commit")


async def relay_killed(scene: Scene, service: str) -> None:
    """Kafka has the facts, the documents do not know it yet: all of them are sent once more."""
    await scene.killed_at(scene.process("booking"), "after-send")


async def relay_killed_in_the_middle(scene: Scene, service: str) -> None:
    await scene.killed_at(scene.process(service), "mid-send")


async def door_killed(scene: Scene, service: str) -> None:
    await scene.killed_at(scene.process(service), "before-commit")


async def broker_paused(scene: Scene, service: str) -> None:
    await _paused(scene, 5.0)


async def topic_refuses(scene: Scene, service: str) -> None:
    """For some seconds the service's topic takes no message of a fact's size, so that sends fail for good: the client
    does not try them again by itself. Proof: meanwhile not one fact was added."""
    topic, admin = f"{service}.events", scene.cluster.admin
    await asyncio.to_thread(_limited, admin, topic, AlterConfigOpType.SET)
    await asyncio.sleep(1)  # the broker acts on it a moment after its answer
    before = await asyncio.to_thread(_ends, admin, topic)
    await asyncio.sleep(6)
    assert await asyncio.to_thread(_ends, admin, topic) == before, f"{topic} went on taking facts"
    await asyncio.to_thread(_limited, admin, topic, AlterConfigOpType.DELETE)


def _limited(admin: AdminClient, topic: str, change: AlterConfigOpType) -> None:
    """To 100 bytes a message, or the server's own limit again."""
    entry = ConfigEntry("max.message.bytes", "100", incremental_operation=change)
    (done,) = admin.incremental_alter_configs(
        [ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])]
    ).values()
    done.result(10)


def _ends(admin: AdminClient, topic: str) -> dict[int, int]:
    partitions = admin.list_topics(topic, timeout=10).topics[topic].partitions
    latest = OffsetSpec.latest()
    assert latest is not None
    asked = admin.list_offsets({TopicPartition(topic, one): latest for one in partitions})
    return {where.partition: end.result(10).offset for where, end in asked.items()}


async def _paused(scene: Scene, seconds: float) -> None:
    node = scene.cluster.kafka[0]
    node.pause()
    await asyncio.sleep(seconds)
    assert node.paused
    node.resume()


async def poison(scene: Scene, service: str) -> None:
    """A header without a value, a body that is none, and a fact whose time has long passed."""
    passed = await scene.run.callers.until(lambda: _a_cancelled_appointment(scene.run), "somebody cancels", 60)
    producer = AIOKafkaProducer(**scene.cluster.direct_kafka)
    await producer.start()
    try:
        topic = "booking.events"
        sent = await producer.send_and_wait(topic, b"{}", key=b"poison", headers=[("ce_id", None)])
        scene.run.poison[f"{topic}-{sent.partition}-{sent.offset}"] = Poison(topic)
        for envelope, value in ((passed, None), (passed, b"no JSON")):
            id = f"{topic}#{uuid.uuid4()}"
            key = envelope.envelope.key if value is None else str(uuid.uuid4())
            forged = _with(envelope, id, key)
            wire_type = envelope.envelope.type
            scene.run.ledger.strange.add(id)
            scene.run.poison[id] = Poison(topic, wire_type)
            await producer.send_and_wait(topic, value or envelope.value, key=key.encode(), headers=forged)
    finally:
        await producer.stop()


async def _a_cancelled_appointment(run: Run) -> Announced | None:
    for facts in run.ledger.lanes.values():
        if facts[-1].envelope.type == "booking.appointment-cancelled.v1" and len(facts) > 2:
            return facts[1]
    return None


def _with(fact: Announced, id: str, key: str) -> list[tuple[str, bytes]]:
    envelope = fact.envelope
    changed = {
        "ce_id": id.encode(),
        "ce_subject": f"{envelope.aggregate}/{key}".encode(),
    }
    return [(name, changed.get(name, value)) for name, value in to_headers(envelope)]


TROUBLES: dict[str, Trouble] = {
    "none": nothing,
    "consumer killed": consumer_killed,
    "relay killed": relay_killed,
    "relay killed in the middle": relay_killed_in_the_middle,
    "door killed": door_killed,
    "broker paused": broker_paused,
    "topic refuses": topic_refuses,
    "poison": poison,
}
