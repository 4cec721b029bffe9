"""Kafka and MongoDB as containers, for those who have Docker and the images. No image is ever pulled here."""

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from sevenstep import loopback, proc
from sevenstep.kafka_access import wait_until_it_answers
from sevenstep.mongo_access import wait_for_primary
from sevenstep.servers import KafkaAccess, MongoAccess

KAFKA_IMAGE = "apache/kafka:4.1.0"
MONGO_IMAGE = "mongo:8.0"
SOCKET = Path("/var/run/docker.sock")
ZIPKIN_IMAGE = "openzipkin/zipkin:3"


def why_not(zipkin: bool) -> str:
    """Why Docker cannot be used here; empty when it can."""
    if not os.environ.get("DOCKER_HOST") and not SOCKET.exists():
        return "no Docker engine answers"
    import docker
    from docker.errors import DockerException, ImageNotFound

    try:
        client = docker.from_env(timeout=3)
        client.ping()
    except DockerException:
        return "no Docker engine answers"
    wanted = [KAFKA_IMAGE, MONGO_IMAGE, *([ZIPKIN_IMAGE] if zipkin else [])]
    for image in wanted:
        try:
            client.images.get(image)
        except ImageNotFound:
            return f"Docker answers, but the image {image} is not here (docker pull {image})"
    return ""


@dataclass
class Docker:
    """Throw-away containers on loopback. They know no users: access lists are the native stack's and production's."""

    reason: str = "a Docker engine answers and has the images"
    kind: str = "docker"
    containers: list[Any] = field(default_factory=list)

    def start_kafka(self, passwords: dict[str, str]) -> KafkaAccess:
        port = proc.free_port()
        self._run(KAFKA_IMAGE, {9094: port}, kafka_environment(port))
        access = KafkaAccess(f"127.0.0.1:{port}")
        wait_until_it_answers(access, lambda: None, 60)
        return access

    def start_mongo(self) -> MongoAccess:
        port = proc.free_port()
        # Inside and outside it has the same port: a replica set names its members to its clients.
        command = ["mongod", "--replSet", "sevenstep", "--bind_ip_all", "--port", str(port)]
        self._run(MONGO_IMAGE, {port: port}, {}, command)
        with MongoClient(f"127.0.0.1:{port}", directConnection=True, serverSelectionTimeoutMS=30_000) as client:
            members = [{"_id": 0, "host": f"127.0.0.1:{port}"}]
            client.admin.command("replSetInitiate", {"_id": "sevenstep", "members": members})
            wait_for_primary(client, 30)
        return MongoAccess(f"mongodb://127.0.0.1:{port}/?replicaSet=sevenstep")

    def start_zipkin(self, port: int) -> None:
        self._run(ZIPKIN_IMAGE, {9411: port}, {})
        loopback.wait_until(f"http://127.0.0.1:{port}/health", 90)

    def fallen(self) -> list[str]:
        """The engine watches its containers."""
        return []

    def stop(self) -> None:
        for container in self.containers:
            with contextlib.suppress(Exception):  # gone already is as good as stopped
                container.stop()

    def _run(
        self, image: str, ports: dict[int, int], environment: dict[str, str], command: list[str] | None = None
    ) -> None:
        from testcontainers.core.container import DockerContainer

        container = DockerContainer(image)
        bindings: dict[Any, Any] = container.ports
        for inside, outside in ports.items():
            bindings[inside] = ("127.0.0.1", outside)  # on loopback only, which its own method cannot say
        for name, value in environment.items():
            container.with_env(name, value)
        if command:
            container.with_command(command)
        self.containers.append(container.start())


def kafka_environment(port: int) -> dict[str, str]:
    """Settings of the apache/kafka image for one node that is reached from this machine on `port`."""
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": "HOST://:9094,INSIDE://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"HOST://127.0.0.1:{port},INSIDE://localhost:9092",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "HOST:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "INSIDE",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_LOG_RETENTION_MS": "-1",
    }
