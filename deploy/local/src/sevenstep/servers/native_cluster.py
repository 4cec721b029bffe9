"""Several Kafka nodes and mongod members of one machine, each of which may be stopped and started again by itself."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sevenstep import kafka_access, prerequisites, proc
from sevenstep.servers import KafkaAccess, MongoAccess, native_kafka, native_mongo

Front = Callable[[str, int], int]
"""(what listens, its port) -> the port that everybody else is told."""

_LISTENS_S = 150.0  # on a machine that is busy with a dozen other things


@dataclass(frozen=True)
class Disk:
    """Where a member keeps its data, if not below the stack's folder; ``within`` is the command that gets there."""

    data: Path
    within: tuple[str, ...] = ()


class NativeCluster:
    """`count` nodes and members, named `kafka-1` … and `mongo-1` …; all are told each other's addresses by `front`."""

    kind = "cluster"

    def __init__(
        self,
        folder: Path,
        logs: Path,
        environment: dict[str, str],
        *,
        count: int,
        front: Front,
        disks: Mapping[str, Disk],
        oplog_mb: int,
    ) -> None:
        prerequisites.ensure()
        self.reason = f"{count} of each, for tests that break them"
        self.children: dict[str, proc.Child] = {}
        self.nodes: dict[str, native_kafka.Node] = {}
        self.members: dict[str, native_mongo.Member] = {}
        self.aside = KafkaAccess("")
        """Kafka past what stands before the nodes."""
        self._folder, self._logs, self._environment = folder, logs, environment
        self._front, self._disks, self._oplog_mb = front, disks, oplog_mb
        self._numbers = range(1, count + 1)
        self._stopped: set[str] = set()

    def start_kafka(self, passwords: dict[str, str]) -> KafkaAccess:
        for number in self._numbers:
            name = f"kafka-{number}"
            port, controller, aside = proc.free_ports(3)
            told, told_controller = self._front(name, port), self._front(f"{name}.controller", controller)
            data = self._folder / name
            self.nodes[name] = native_kafka.Node(number, data, port, controller, told, told_controller, aside)
        nodes = list(self.nodes.values())
        access = native_kafka.make(nodes, passwords, self._environment)
        doors = ",".join(f"127.0.0.1:{node.aside}" for node in nodes)
        self.aside = KafkaAccess(doors, access.username, access.password)
        self._at_once(self.run, self.nodes)
        self._at_once(self.wait_until_it_listens, self.nodes)
        kafka_access.wait_for_brokers(self.aside, len(nodes), self.check, 60)
        return access

    def start_mongo(self) -> MongoAccess:
        keyfile = native_mongo.make_keyfile(self._folder / "mongo")
        for number in self._numbers:
            name = f"mongo-{number}"
            disk = self._disks.get(name) or Disk(self._folder / name)
            disk.data.mkdir(parents=True, exist_ok=True)
            port = proc.free_port()
            told = self._front(name, port)
            self.members[name] = native_mongo.Member(
                disk.data, keyfile, port, told, oplog_mb=self._oplog_mb, within=disk.within
            )
        self._at_once(self.run, self.members)
        self._at_once(self.wait_until_it_listens, self.members)
        return native_mongo.initiate(list(self.members.values()))

    def start_zipkin(self, port: int) -> None:
        raise NotImplementedError("a cluster that is broken on purpose has no viewer of traces")

    def run(self, name: str) -> None:
        """Start a node or member that does not run, on its ports and data; it does not answer yet."""
        log = self._logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".before.log"))
        log.touch()
        if name in self.nodes:
            self.children[name] = native_kafka.run(name, self.nodes[name], log, self._environment)
        else:
            self.children[name] = native_mongo.run(name, self.members[name], log, self._environment)
        self._stopped.discard(name)

    def wait_until_it_listens(self, name: str) -> None:
        """Return when the node or member takes connections. Raises ProcessEnded or NotReadyInTime."""
        child = self.children[name]
        if name in self.nodes:
            proc.wait_for_port(child, self.nodes[name].port, _LISTENS_S)
        else:
            native_mongo.wait_until_it_listens(child)

    def expect_end(self, name: str) -> None:
        """It will be stopped on purpose: then it has not fallen."""
        self._stopped.add(name)

    def check(self) -> None:
        """Raise ProcessEnded if one has ended."""
        for child in self.children.values():
            child.check()

    def stop(self) -> None:
        for child in self.children.values():
            child.kill()

    def fallen(self) -> list[str]:
        return [name for name, child in self.children.items() if not child.alive and name not in self._stopped]

    def _at_once(self, do: Callable[[str], None], names: Iterable[str]) -> None:
        with ThreadPoolExecutor(len(self._numbers)) as pool:
            list(pool.map(do, names))
