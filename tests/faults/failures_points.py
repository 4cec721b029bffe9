"""S1: a service process ends at a named point, and starts again."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from aiokafka import AIOKafkaProducer
from chassis.failpoints import POINTS
from cluster import Cluster, ServiceProcess
from contracts.booking import CapacityChanged
from contracts.envelope import Envelope, to_headers
from contracts.values import TechnicianHours, WorkClass
from failures import Failpoints
from injectors import Fault, NotProven, prove, until

WRITERS = ("booking", "reception", "workshop")
LISTENERS = ("booking", "crm", "headquarters", "reception", "workshop")
WHERE: dict[str, tuple[str, ...]] = {
    "before-command-write": WRITERS,
    "before-answer": WRITERS,
    "before-commit": LISTENERS,
    "mid-batch": LISTENERS,
    "after-inbox-insert": LISTENERS,
    "after-batch-commit": LISTENERS,
    "before-offset": LISTENERS,
    "mid-send": ("booking", "reception", "workshop", "crm"),
    "after-send": ("booking", "reception", "workshop", "crm"),
    "after-trim": ("booking", "reception", "workshop", "crm"),
    "timer-before-commit": ("booking",),
    "timer-after-commit": ("booking",),
}
"""Who comes to a point while visits are played; to the others everybody does."""

AT_START = ("preparing", "in-rebalance")
REACHED_S = 60.0
_NO_HOURS = TechnicianHours(minutes=0)


class AtPoint(Fault):
    """Armed, awaited, dead, started again."""

    id = "S1"
    holds = (1.0, 3.0)
    long_holds = (1.0, 5.0)

    def __init__(self, cluster: Cluster, chance: Random, point: str) -> None:
        super().__init__(cluster, chance)
        self.describe = f"kill -9 at the point {point}"
        self.point = point
        self.failpoints = Failpoints(Path(cluster.options.settings["SEVENSTEP_FAILPOINTS"]))

    async def inject(self) -> None:
        service = self.chance.choice(sorted(set(WHERE.get(self.point, self.cluster.services))))
        self.victims = list(self.cluster.services[service])
        await self._provoke(service)
        await until(lambda: any(self._fell(one) for one in self.victims), REACHED_S, f"{service} at {self.point}")
        self.victim = next(one for one in self.victims if self._fell(one))
        self.did = f"killed {self.victim.name} at {self.point}"

    async def _provoke(self, service: str) -> None:
        """Arms every process, and brings about what does not happen by itself."""
        if self.point in AT_START:
            self.victims = [self.chance.choice(self.victims)]
            self.victims[0].kill()
        self._arm()
        if self.point in AT_START:
            await self.victims[0].start(ready=False)
        if self.point == "at-shutdown":
            await self.victims[0].terminate()

    def _arm(self) -> None:
        for one in self.victims:
            one.expect_end()
            self.failpoints.arm(one.name, self.point)

    def _fell(self, process: ServiceProcess) -> bool:
        return not process.alive and self.failpoints.reached(process.name, self.point)

    async def proof(self) -> str:
        prove(not self.victim.alive, f"{self.victim} lives")
        return f"{self.victim.name} is dead, and the point's wish is gone"

    async def heal(self) -> None:
        self.failpoints.disarm()
        await asyncio.gather(*(one.start(ready=False) for one in self.victims))


class AtRetry(AtPoint):
    """A fact that waits for an earlier one of its aggregate: dies when it is put aside, or when it is tried again.

    The facts are a dealer day's of nobody, of which headquarters keeps no more than that they came.
    """

    async def _provoke(self, service: str) -> None:
        self.victims = list(self.cluster.services["headquarters"])
        self.day = f"faults:{uuid.uuid4()}"
        async with AIOKafkaProducer(**self.cluster.direct_kafka) as self.producer:
            await self._say(1)
            if self.point == "before-retry-write":
                await self._say(3)
                await self._seen_aside()
                self._arm()
                await self._say(2)
                return
            # The first fact is the aggregate's baseline: it has to be taken in before the gap shows.
            await asyncio.sleep(1.5)
            self._arm()
            await self._say(3)

    async def _say(self, sequence: int) -> None:
        event = CapacityChanged(
            day=datetime.now(UTC).date(),
            work_class=WorkClass.PM,
            available=_NO_HOURS,
            assigned=_NO_HOURS,
            carry_over_reserve=_NO_HOURS,
            walk_in_reserve=_NO_HOURS,
            bookable=_NO_HOURS,
        )
        now = datetime.now(UTC)
        envelope = Envelope(
            id=f"{self.day}-{sequence}",
            type=event.wire_type,
            dealer_id="FAULTS",
            visit_id=None,
            actor="system:faults",
            aggregate="dealer-day",
            key=self.day,
            sequence=sequence,
            at=now,
            recorded_at=now,
        )
        value = event.model_dump_json().encode()
        await self.producer.send_and_wait(envelope.topic, value, key=self.day.encode(), headers=to_headers(envelope))

    async def _seen_aside(self) -> None:
        primary = await self.cluster.primary()

        def seen() -> bool:
            with primary.client() as client:
                wanted = {"lane": f"booking.events/dealer-day/{self.day}", "sequence": 3}
                return client["headquarters"]["set_aside"].find_one(wanted) is not None

        await until(seen, 30, "the third fact waits for the second")

    async def heal(self) -> None:
        await super().heal()
        if self.point == "dead-letter-write":
            async with AIOKafkaProducer(**self.cluster.direct_kafka) as self.producer:
                await self._say(2)


POINT_FAULTS: dict[str, Callable[[Cluster, Random], Fault]] = {
    f"S1-{point}": partial(AtRetry if point in ("before-retry-write", "dead-letter-write") else AtPoint, point=point)
    for point in POINTS
}
"""One fault for every named point."""

__all__ = ["POINT_FAULTS", "AtPoint", "NotProven"]
