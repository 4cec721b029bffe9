"""Kafka nodes (broker and controller in one) from Maven's jars, with SCRAM users and access lists, on loopback."""

import json
import secrets
import shutil
import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sevenstep import cache, proc
from sevenstep.description import private_file
from sevenstep.kafka_access import create_users, wait_until_it_answers
from sevenstep.servers import KafkaAccess
from sevenstep.servers.limits import BROKER_HEARTBEAT_MS, BROKER_SESSION_MS, BROKER_START_MS

# A small heap, the quick compiler and the simple collector: up in two seconds instead of four.
_JAVA = ["java", "-Xms128m", "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
_ATTEMPTS = 3
_SETTINGS, _SAVED = "server.properties", "access.json"


@dataclass(frozen=True)
class Node:
    """Where a node listens: for clients and other brokers, and for the other controllers.

    ``told`` and ``told_controller``: where these find it (the same, or a proxy in front of it). ``aside``: a second
    door for clients who must not come through ``told``; 0 for none.
    """

    id: int
    data: Path
    port: int
    controller: int
    told: int
    told_controller: int
    aside: int = 0

    @property
    def settings(self) -> Path:
        return self.data / _SETTINGS


class FormatFailed(Exception):
    """Kafka's tool refused to prepare the storage."""

    code = "format-failed"

    def __init__(self, output: str) -> None:
        super().__init__(f"Kafka's storage could not be formatted. Its tool said:\n{output[-2000:]}")


def start(
    folder: Path, logs: Path, environment: dict[str, str], passwords: dict[str, str], children: list[proc.Child]
) -> KafkaAccess:
    """Start a broker: the one kept in this folder, else a fresh one. Another try when its port was taken."""
    data, log = folder / "kafka", logs / "kafka.log"
    log.write_text("")
    if (data / _SAVED).is_file():
        access = KafkaAccess(**json.loads((data / _SAVED).read_text()))
        _run(data, log, environment, access, children)
        create_users(access, passwords)  # a service may be new since
        return access
    for attempt in range(1, _ATTEMPTS + 1):
        shutil.rmtree(data, ignore_errors=True)
        try:
            access = _make(data, environment, passwords)
            _run(data, log, environment, access, children)
            return access
        except proc.ProcessEnded as ended:
            if not ended.port_clash or attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _make(data: Path, environment: dict[str, str], passwords: dict[str, str]) -> KafkaAccess:
    port, controller = proc.free_ports(2)
    access = make([Node(1, data, port, controller, port, controller)], passwords, environment)
    private_file(data / _SAVED, json.dumps(asdict(access)))
    return access


def make(nodes: Sequence[Node], passwords: dict[str, str], environment: dict[str, str]) -> KafkaAccess:
    """Settings and formatted storage of one cluster's nodes, with these users and an administrator."""
    bootstrap = ",".join(f"127.0.0.1:{node.told}" for node in nodes)
    access = KafkaAccess(bootstrap, "admin", secrets.token_urlsafe(24))
    controllers = secrets.token_urlsafe(24)
    cluster = _random_id()
    users = {**passwords, access.username: access.password}
    for node in nodes:
        node.data.mkdir(parents=True)
        private_file(node.settings, _properties(node, nodes, access, controllers))
    first, *others = nodes
    _format(first.settings, cluster, users, environment)
    for node in others:
        _copy_format(first, node)
    return access


def run(name: str, node: Node, log: Path, environment: dict[str, str]) -> proc.Child:
    """Start a node; it does not answer yet."""
    return proc.start(name, [*_java(), "kafka.Kafka", str(node.settings)], log, environment)


def _run(data: Path, log: Path, environment: dict[str, str], access: KafkaAccess, children: list[proc.Child]) -> None:
    child = proc.start("kafka", [*_java(), "kafka.Kafka", str(data / _SETTINGS)], log, environment)
    children.append(child)
    proc.wait_for_port(child, int(access.bootstrap.rpartition(":")[2]), 60)
    wait_until_it_answers(access, child.check, 60)


def _java() -> list[str]:
    return [*_JAVA, "-cp", f"{cache.kafka_libraries()}/*"]


def _format(settings: Path, cluster: str, users: dict[str, str], environment: dict[str, str]) -> None:
    scram = [f"SCRAM-SHA-256=[name={name},password={word},iterations=4096]" for name, word in users.items()]
    options = [part for user in scram for part in ("--add-scram", user)]
    command = [*_java(), "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(settings), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise FormatFailed(done.stdout + done.stderr)


def _copy_format(first: Node, other: Node) -> None:
    """What the tool makes is the same for every node but for two lines; starting it again would take seconds."""
    target = other.data / "log"
    target.mkdir()
    shutil.copy(first.data / "log" / "bootstrap.checkpoint", target)
    own = {"node.id": str(other.id), "directory.id": _random_id()}
    lines = (first.data / "log" / "meta.properties").read_text().splitlines()
    words = [line.partition("=") for line in lines]
    (target / "meta.properties").write_text("\n".join(f"{key}{sign}{own.get(key, word)}" for key, sign, word in words))


def _random_id() -> str:
    """As Kafka writes them; none begins with a dash, which its tools would take for an option."""
    return urlsafe_b64encode(b"\0" + uuid.uuid4().bytes[1:]).rstrip(b"=").decode()


def _properties(node: Node, nodes: Sequence[Node], access: KafkaAccess, own: str) -> str:
    package = "org.apache.kafka.common.security"
    scram = f'username="{access.username}" password="{access.password}"'
    plain = f'username="controller" password="{own}" user_controller="{own}"'
    doors = {"CLIENT": (node.port, node.told)} | ({"ASIDE": (node.aside, node.aside)} if node.aside else {})
    copies, in_sync = (3, 2) if len(nodes) >= 3 else (1, 1)
    return f"""\
process.roles=broker,controller
node.id={node.id}
controller.quorum.voters={",".join(f"{one.id}@127.0.0.1:{one.told_controller}" for one in nodes)}
listeners={_listed(doors, 0)},CONTROLLER://127.0.0.1:{node.controller}
advertised.listeners={_listed(doors, 1)}
listener.security.protocol.map={",".join(f"{door}:SASL_PLAINTEXT" for door in (*doors, "CONTROLLER"))}
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-256
{_scram_doors(doors, f"{package}.scram.ScramLoginModule required {scram};")}
# The controller cannot look users up in the log it is about to read: it knows its one user by itself.
sasl.mechanism.controller.protocol=PLAIN
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={package}.plain.PlainLoginModule required {plain};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:controller
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
unclean.leader.election.enable=false
default.replication.factor={copies}
min.insync.replicas={in_sync}
log.retention.ms=-1
# The cleaner would take 128 MiB of the heap for itself; only the small topic of offsets is ever cleaned.
log.cleaner.dedupe.buffer.size=4194304
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor={copies}
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={in_sync}
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr={in_sync}
broker.session.timeout.ms={BROKER_SESSION_MS}
broker.heartbeat.interval.ms={BROKER_HEARTBEAT_MS}
initial.broker.registration.timeout.ms={BROKER_START_MS}
log.dirs={node.data / "log"}
"""


def _listed(doors: dict[str, tuple[int, int]], which: int) -> str:
    return ",".join(f"{door}://127.0.0.1:{ports[which]}" for door, ports in doors.items())


def _scram_doors(doors: dict[str, tuple[int, int]], login: str) -> str:
    lines = []
    for door in doors:
        name = f"listener.name.{door.lower()}"
        lines += [f"{name}.sasl.enabled.mechanisms=SCRAM-SHA-256", f"{name}.scram-sha-256.sasl.jaas.config={login}"]
    return "\n".join(lines)
