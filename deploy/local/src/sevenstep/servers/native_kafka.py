"""One Kafka node (broker and controller) from Maven's jars, with SCRAM users and access lists, on loopback."""

import json
import secrets
import shutil
import subprocess
import uuid
from base64 import urlsafe_b64encode
from dataclasses import asdict
from pathlib import Path

from sevenstep import cache, proc
from sevenstep.description import private_file
from sevenstep.kafka_access import create_users, wait_until_it_answers
from sevenstep.servers import KafkaAccess

# A small heap, the quick compiler and the simple collector: up in two seconds instead of four.
_JAVA = ["java", "-Xms128m", "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
_ATTEMPTS = 3
_SETTINGS, _SAVED = "server.properties", "access.json"


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
    data.mkdir(parents=True)
    port, controller_port = proc.free_ports(2)
    access = KafkaAccess(f"127.0.0.1:{port}", "admin", secrets.token_urlsafe(24))
    private_file(data / _SETTINGS, _properties(data / "log", port, controller_port, access))
    _format(data / _SETTINGS, {**passwords, access.username: access.password}, environment)
    private_file(data / _SAVED, json.dumps(asdict(access)))
    return access


def _run(data: Path, log: Path, environment: dict[str, str], access: KafkaAccess, children: list[proc.Child]) -> None:
    child = proc.start("kafka", [*_java(), "kafka.Kafka", str(data / _SETTINGS)], log, environment)
    children.append(child)
    proc.wait_for_port(child, int(access.bootstrap.rpartition(":")[2]), 60)
    wait_until_it_answers(access, child.check, 60)


def _java() -> list[str]:
    return [*_JAVA, "-cp", f"{cache.kafka_libraries()}/*"]


def _format(settings: Path, users: dict[str, str], environment: dict[str, str]) -> None:
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    if cluster.startswith("-"):
        cluster = f"A{cluster[1:]}"  # the tool would take it for an option
    scram = [f"SCRAM-SHA-256=[name={name},password={word},iterations=4096]" for name, word in users.items()]
    options = [part for user in scram for part in ("--add-scram", user)]
    command = [*_java(), "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(settings), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise FormatFailed(done.stdout + done.stderr)


def _properties(data: Path, port: int, controller_port: int, access: KafkaAccess) -> str:
    package = "org.apache.kafka.common.security"
    own = secrets.token_urlsafe(24)
    scram = f'username="{access.username}" password="{access.password}"'
    plain = f'username="controller" password="{own}" user_controller="{own}"'
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=CLIENT://127.0.0.1:{port}
listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-256
listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.client.scram-sha-256.sasl.jaas.config={package}.scram.ScramLoginModule required {scram};
# The controller cannot look users up in the log it is about to read: it knows its one user by itself.
sasl.mechanism.controller.protocol=PLAIN
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={package}.plain.PlainLoginModule required {plain};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:controller
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
log.retention.ms=-1
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.dirs={data}
"""
