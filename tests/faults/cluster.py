"""The platform as a cluster that may be broken on purpose: three Kafka nodes, three mongod members, the services.

    with Cluster(ClusterOptions(services={"booking": 2})) as cluster:
        (await cluster.primary()).kill()

Every broker, member and service process advertises the address of a proxy of its own, so that all traffic between
them flows through proxies that can cut, delay and count it. The harness itself looks past the proxies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from proxy import Proxy
from pymongo import MongoClient
from sevenstep.description import StackDescription


@dataclass(frozen=True)
class ClusterOptions:
    """What to start. ``services``: how many processes of which service, None for one of each that can run.

    ``small``: one Kafka node and one member, for quick tests. ``settings``: variables for every service process, on
    top of the stack's. ``oplog_mb``: small for the overrun fault. ``tmpfs_mb``: the first member's data are on a
    tmpfs of this size, for the full disk (needs root).
    """

    name: str = "faults"
    small: bool = False
    services: Mapping[str, int] | None = None
    clock: str = "manual"
    clock_start: str = "2025-06-20T00:00:00Z"
    settings: Mapping[str, str] = field(default_factory=dict)
    trace_ratio: float = 1.0
    partitions: int = 6
    oplog_mb: int = 990
    tmpfs_mb: int = 0


class Process:
    """One broker, member or service process. Signals work at once; what takes time is awaited."""

    name: str
    """``kafka-1``, ``mongo-3``, ``booking-2``: also the name of its log and in the stack's description."""
    proxy: Proxy
    """What its clients talk to. Heal it before a member or broker is started again: it has to find itself."""
    paused: bool

    @property
    def pid(self) -> int:
        """Of the process now, or of the last one."""
        raise NotImplementedError

    @property
    def alive(self) -> bool:
        """Whether there is a process (a paused one lives)."""
        raise NotImplementedError

    def kill(self) -> None:
        """kill -9; returns when it is gone."""
        raise NotImplementedError

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        raise NotImplementedError

    def resume(self) -> None:
        """SIGCONT."""
        raise NotImplementedError

    async def terminate(self) -> None:
        """SIGTERM, and wait for its orderly end."""
        raise NotImplementedError

    async def start(self, settings: Mapping[str, str] | None = None, *, ready: bool = True) -> None:
        """Start it again under its name, ports and data. ``settings``: variables on top of its own, this time only
        (services). Returns when it answers (a broker: its port, a member: it is primary or secondary, a service: ready);
        with ``ready=False`` when it was started."""
        raise NotImplementedError


class Cluster:
    """Starts everything, health-gated; when the block is left everything is stopped, paused processes too."""

    description: StackDescription
    """For the player, the command line and the tests: its addresses are the proxies'."""
    kafka: list[Process]
    mongo: list[Process]
    services: dict[str, list[Process]]
    direct_kafka: dict[str, Any]
    """aiokafka's settings of an administrator who looks past the proxies: ``AIOKafkaConsumer(**direct_kafka)``."""

    def __init__(self, options: ClusterOptions | None = None) -> None:
        self.options = options or ClusterOptions()

    def __enter__(self) -> "Cluster":
        raise NotImplementedError

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError

    @property
    def processes(self) -> list[Process]:
        """All of them: brokers, members, services."""
        raise NotImplementedError

    async def primary(self) -> Process:
        """The member that takes writes. Waits for one, at most 60 s."""
        raise NotImplementedError

    async def leader_of(self, topic: str, partition: int) -> Process:
        """The broker that leads this partition."""
        raise NotImplementedError

    async def controller(self) -> Process:
        """The node that leads the controllers' quorum."""
        raise NotImplementedError

    async def coordinator(self, group: str) -> Process:
        """The broker that coordinates this consumer group, such as ``booking.facts``."""
        raise NotImplementedError

    async def lease_holder(self, service: str) -> Process:
        """The process of this service that runs its relay and timers."""
        raise NotImplementedError

    def direct_mongo(self, member: Process) -> "MongoClient[Any]":
        """The administrator's own connection to one member, past its proxy. The caller closes it."""
        raise NotImplementedError

    async def add(self, service: str) -> Process:
        """One more process of a service, ready."""
        raise NotImplementedError

    async def healthy(self, seconds: float = 60.0) -> float:
        """Wait until every process lives, is not paused and is ready; how long that took. Raises NotHealthyInTime."""
        raise NotImplementedError

    def heal_all(self) -> None:
        """Every proxy healed, every paused process resumed. Dead ones stay dead."""
        raise NotImplementedError
