"""The platform as a cluster that may be broken on purpose: three Kafka nodes, three mongod members, the services.

    with Cluster(ClusterOptions(services={"booking": 2})) as cluster:
        (await cluster.primary()).kill()

Every broker, member and service process advertises the address of a proxy of its own, so that all traffic between
them flows through proxies that can cut, delay and count it. The harness itself looks past the proxies.
"""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2
from aiokafka.admin import AIOKafkaAdminClient
from cluster_disk import SmallDisk
from cluster_process import Member, Node, Process, ServiceProcess
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from proxy import Proxy, Switchboard
from pymongo import MongoClient
from sevenstep.description import StackDescription, data_folder
from sevenstep.kafka_access import admin_client, aiokafka_settings
from sevenstep.plan import StackOptions
from sevenstep.servers.native_cluster import NativeCluster
from sevenstep.stack import Stack

__all__ = ["Cluster", "ClusterOptions", "Member", "Node", "NotHealthyInTime", "Process", "ServiceProcess"]

LOOK_EVERY_S = 0.1
SMALL_DISKS = "mongo-1"
"""Whose data are on the small disk."""
INSIDE = Path(__file__).with_name("inside")


@dataclass(frozen=True)
class ClusterOptions:
    """What to start. ``services``: how many processes of which service, None for one of each that can run.

    ``small``: one Kafka node and one member, for quick tests. ``settings``: variables for every service process, on
    top of the stack's. ``oplog_mb``: small for the overrun fault. ``tmpfs_mb``: the first member's data are on a
    disk of this size, for the full disk (needs root); 0: on the folder's.
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


class NotHealthyInTime(Exception):
    """Something is not as it should be after all faults were healed; the message says what."""


class Cluster:
    """Starts everything, health-gated; when the block is left everything is stopped, paused processes too."""

    def __init__(self, options: ClusterOptions | None = None) -> None:
        self.options = wanted = options or ClusterOptions()
        self._orders = data_folder(wanted.name) / "orders"
        services = wanted.services
        self._stack = Stack(
            StackOptions(
                name=wanted.name,
                services=None if services is None else list(services),
                processes=dict(services or {}),
                clock=wanted.clock,
                clock_start=wanted.clock_start if wanted.clock == "manual" else "",
                trace_ratio=wanted.trace_ratio,
                partitions=wanted.partitions,
                extra={**dict(wanted.settings), **self._inside()},
            ),
            servers=self._make_servers,
            front=self._front,
        )
        self.kafka: list[Node] = []
        self.mongo: list[Member] = []
        self.services: dict[str, list[ServiceProcess]] = {}
        self.disk: SmallDisk | None = None
        """The first member's own, if the options ask for one."""
        self._doors: dict[str, Proxy] = {}
        self._ports: dict[str, int] = {}
        self._board: Switchboard | None = None
        self._servers: NativeCluster | None = None

    # --- its life ----------------------------------------------------------------------------------------------------

    def __enter__(self) -> "Cluster":
        try:
            self._stack.start()
            self._know_processes()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        for process in self.processes:
            process.resume()
        for processes in self.services.values():
            for process in processes:
                process.kill()  # an orderly end would wait for servers that may be gone
        self._stack.stop()
        if self.disk is not None:
            self.disk.close()
        if self._board is not None:
            self._board.close()

    def _make_servers(self, folder: Path, logs: Path, environment: dict[str, str]) -> NativeCluster:
        self._orders.mkdir()
        self._board = Switchboard(folder, logs, environment)
        disks = {}
        if self.options.tmpfs_mb:
            self.disk = SmallDisk(folder / "small-disk", self.options.tmpfs_mb, logs, environment)
            disks[SMALL_DISKS] = self.disk.disk()
        self._servers = NativeCluster(
            folder,
            logs,
            environment,
            count=1 if self.options.small else 3,
            front=self._front,
            disks=disks,
            oplog_mb=self.options.oplog_mb,
        )
        return self._servers

    def _inside(self) -> dict[str, str]:
        """What makes a service process load ``inside/sitecustomize.py``."""
        paths = [str(INSIDE), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {"PYTHONPATH": os.pathsep.join(paths), "FAULTS_ORDERS": str(self._orders)}

    def _front(self, name: str, port: int) -> int:
        assert self._board is not None
        door = self._doors[name] = self._board.open(name, port)
        self._ports[name] = port
        return door.port

    def _know_processes(self) -> None:
        servers = self._servers
        assert servers is not None
        for name in servers.nodes:
            self.kafka.append(Node(name, [self._doors[name], self._doors[f"{name}.controller"]], servers))
        for name in servers.members:
            own = self.disk.data if self.disk is not None and name == SMALL_DISKS else None
            self.mongo.append(Member(name, [self._doors[name]], servers, self.description.mongo["password"], own))
        for service, entries in self.description.processes.items():
            self.services[service] = [self._service_process(entry["name"]) for entry in entries]

    def _service_process(self, name: str) -> ServiceProcess:
        return ServiceProcess(name, [self._doors[name]], self._stack.fleet, self._ports[name])

    # --- what it consists of -----------------------------------------------------------------------------------------

    @property
    def description(self) -> StackDescription:
        """For the player, the command line and the tests: its addresses are the proxies'. Its file is written."""
        return self._stack.description

    @property
    def processes(self) -> list[Process]:
        """All of them: brokers, members, services."""
        return [*self.kafka, *self.mongo, *(one for some in self.services.values() for one in some)]

    def process(self, name: str) -> Process:
        """The one of this name, such as ``booking-2``."""
        return next(one for one in self.processes if one.name == name)

    @property
    def direct_kafka(self) -> dict[str, Any]:
        """aiokafka's settings of an administrator who looks past the proxies: ``AIOKafkaConsumer(**direct_kafka)``."""
        assert self._servers is not None
        return aiokafka_settings(self._servers.aside)

    def direct_mongo(self, member: Member) -> "MongoClient[Any]":
        """The administrator's own connection to one member, past its proxy. The caller closes it."""
        return member.client()

    @cached_property
    def admin(self) -> AdminClient:
        """Kafka's administrator, past the proxies."""
        assert self._servers is not None
        return admin_client(self._servers.aside)

    async def add(self, service: str) -> ServiceProcess:
        """One more process of a service, ready."""
        made = self._service_process(await asyncio.to_thread(self._stack.start_process, service))
        self.services.setdefault(service, []).append(made)
        return made

    async def retire(self, process: ServiceProcess) -> None:
        """One process less: it ends in good order and is forgotten, as if it had never been added."""
        await process.terminate()
        self.services[process.service].remove(process)
        entries = self.description.processes[process.service]
        entries[:] = [entry for entry in entries if entry["name"] != process.name]
        self.description.write()

    def order(self, process: ServiceProcess, what: str) -> None:
        """Have a process do something to itself: see ``inside/sitecustomize.py``."""
        (self._orders / f"{process.name}.enough").unlink(missing_ok=True)
        (self._orders / f"{process.name}.order").write_text(what)
        os.kill(process.pid, signal.SIGUSR2)

    def enough(self, process: ServiceProcess) -> None:
        """What was ordered shall end."""
        (self._orders / f"{process.name}.enough").touch()

    # --- who is who --------------------------------------------------------------------------------------------------

    async def primary(self, seconds: float = 60.0) -> Member:
        """The member that takes writes. Waits for one. Raises NotHealthyInTime."""
        until = time.monotonic() + seconds
        while True:
            told = await asyncio.gather(*(asyncio.to_thread(member.hello) for member in self.mongo))
            # A primary that was cut off may not know yet that it is none: the youngest election counts.
            found = [
                (hello["electionId"], member)
                for hello, member in zip(told, self.mongo, strict=True)
                if hello.get("isWritablePrimary")
            ]
            if found:
                return max(found, key=lambda one: one[0])[1]
            if time.monotonic() > until:
                raise NotHealthyInTime(f"no primary within {seconds:.0f} s: {self.mongo}")
            await asyncio.sleep(LOOK_EVERY_S)

    async def leader_of(self, topic: str, partition: int, besides: Process | None = None) -> Node:
        """The broker that leads this partition, as one that lives has it; ``besides``: whom not to ask. Raises
        NotHealthyInTime when there is none at the moment."""
        assert self._servers is not None
        for node, address in zip(self.kafka, self._servers.aside.bootstrap.split(","), strict=True):
            if node.alive and not node.paused and node is not besides:
                # A new client for each: librdkafka likes best to ask whom it asked last, and that one may stand still.
                one = admin_client(replace(self._servers.aside, bootstrap=address))
                known = await asyncio.to_thread(one.list_topics, topic, 5)
                leader = known.topics[topic].partitions[partition].leader
                if leader > 0:
                    return self._node(leader)
        raise NotHealthyInTime(f"nobody leads {topic}-{partition}")

    async def controller(self) -> Node:
        """The node that leads the controllers' quorum, as the living nodes have written it down."""
        epochs = []
        for node in self.kafka:
            for state in (node.data / "log" / "__cluster_metadata-0").glob("quorum-state"):
                told = json.loads(state.read_text())
                if node.alive and told["leaderId"] > 0:
                    epochs.append((told["leaderEpoch"], told["leaderId"]))
        if not epochs:
            raise NotHealthyInTime(f"no controller is known: {self.kafka}")
        return self._node(max(epochs)[1])

    async def coordinator(self, group: str) -> Node:
        """The broker that coordinates this consumer group, such as ``booking.facts``."""
        async with self._asking_about_groups() as admin:
            return self._node(await admin.find_coordinator(group))

    async def group_of(self, service: str) -> str:
        """A consumer group of this service."""
        async with self._asking_about_groups() as admin:
            groups = [group for group, *_ in await admin.list_consumer_groups()]
        return min(group for group in groups if group.startswith(f"{service}."))

    async def members_of(self, group: str) -> int:
        """How many processes share a consumer group's partitions."""
        async with self._asking_about_groups() as admin:
            (answer,) = await admin.describe_consumer_groups([group])
        ((_, _, _, _, _, members, *_),) = answer.groups
        return len(members)

    @contextlib.asynccontextmanager
    async def _asking_about_groups(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """A new client for each question, and not `admin`: librdkafka ends the whole process when a group's coordinator
        is gone while it waits for its answer (its issue 4605)."""
        admin = AIOKafkaAdminClient(**self.direct_kafka, request_timeout_ms=5000)
        try:
            async with asyncio.timeout(15):
                await admin.start()
                yield admin
        finally:
            await admin.close()

    async def lease_holder(self, service: str) -> ServiceProcess:
        """The process of this service that runs its relay and timers, as the store has it."""
        primary = await self.primary()

        def ask() -> str:
            with primary.client() as client:
                return client[service]["leases"].find_one({"_id": "worker"})["owner"]

        owner = await asyncio.to_thread(ask)
        return next(one for one in self.services[service] if owner.startswith(f"{one.name}-"))

    def _node(self, id: int) -> Node:
        return self.kafka[id - 1]

    # --- health ------------------------------------------------------------------------------------------------------

    def heal_all(self) -> None:
        """Every proxy healed, every paused process resumed. Dead ones stay dead."""
        for process in self.processes:
            for door in process.doors:
                door.heal()
            process.resume()

    async def healthy(self, seconds: float = 60.0) -> float:
        """Wait until every process lives, is not paused and is ready, and every partition has all its copies; how long
        that took. Raises NotHealthyInTime."""
        begun = time.monotonic()
        async with httpx2.AsyncClient(timeout=5, trust_env=False, verify=False) as http:
            while True:
                ill = await self._ill(http)
                took = time.monotonic() - begun
                if not ill:
                    return took
                if took > seconds:
                    raise NotHealthyInTime(f"after {seconds:.0f} s: {'; '.join(ill)}")
                await asyncio.sleep(LOOK_EVERY_S)

    async def _ill(self, http: httpx2.AsyncClient) -> list[str]:
        still = [repr(process) for process in self.processes if not process.alive or process.paused]
        if still:
            return still
        services = [one for some in self.services.values() for one in some]
        told = await asyncio.gather(
            self._ill_members(), asyncio.to_thread(self._ill_brokers), *(_ill_service(http, one) for one in services)
        )
        return [reason for reasons in told for reason in reasons]

    async def _ill_members(self) -> list[str]:
        told = await asyncio.gather(*(asyncio.to_thread(member.hello) for member in self.mongo))
        primaries = sum(bool(hello.get("isWritablePrimary")) for hello in told)
        whole = primaries == 1 and all(hello.get("isWritablePrimary") or hello.get("secondary") for hello in told)
        return [] if whole else ["the replica set is not whole"]

    def _ill_brokers(self) -> list[str]:
        try:
            known = self.admin.list_topics(timeout=5)
        except KafkaException as failed:
            return [f"Kafka: {failed}"]
        if len(known.brokers) < len(self.kafka):
            return [f"only {len(known.brokers)} brokers"]
        behind = [
            f"{name}-{number}"
            for name, topic in known.topics.items()
            for number, partition in topic.partitions.items()
            if partition.leader < 0 or len(partition.isrs) < len(partition.replicas)
        ]
        return [f"copies behind: {', '.join(behind)}"] if behind else []


async def _ill_service(http: httpx2.AsyncClient, process: ServiceProcess) -> list[str]:
    try:
        answer = await http.get(f"{process.direct_url}/health/ready")
    except httpx2.HTTPError as failed:
        return [f"{process.name}: {type(failed).__name__}"]
    return [] if answer.status_code == 200 else [f"{process.name}: {answer.text[:300]}"]
