"""What the rows stand on: one Kafka and one MongoDB, topics and databases of their own, service processes."""

import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.settings import ServiceSettings
from confluent_kafka.admin import NewTopic
from contracts.event import topic_of
from pydantic import SecretStr
from pymongo import AsyncMongoClient
from sevenstep import loopback, proc, workspace
from sevenstep.description import StackDescription
from sevenstep.environment import of_process
from sevenstep.fleet import uvicorn_command
from sevenstep.kafka_access import admin_client, aiokafka_settings
from sevenstep.servers import KafkaAccess

from bench.processes import children
from bench.size import Size

PARTITIONS = 3
READY_S = 60.0


@dataclass(frozen=True)
class Served:
    """A service process that is ready."""

    url: str
    port: int
    pid: int
    start_s: float


@dataclass
class Ground:
    """Running servers, the size of the run, and whom to tell how far it is."""

    servers: StackDescription
    size: Size
    tell: Callable[[str], None]

    def __post_init__(self) -> None:
        self.store = children("mongod")
        """The store's process; empty where somebody else runs it."""

    # --- Kafka -------------------------------------------------------------------------------------------------------

    @property
    def kafka(self) -> dict[str, Any]:
        """How aiokafka's clients get in."""
        return aiokafka_settings(KafkaAccess.told(self.servers.kafka))

    def new_service(self) -> str:
        """The name of a service that exists only here, with its topic."""
        name = f"bench{uuid.uuid4().hex[:8]}"
        admin = admin_client(KafkaAccess.told(self.servers.kafka))
        for made in admin.create_topics([NewTopic(topic_of(name), PARTITIONS)]).values():
            made.result(20)
        return name

    # --- MongoDB -----------------------------------------------------------------------------------------------------

    def mongo(self) -> AsyncMongoClient[Any]:
        """A client of the administrator: whose writes are as durable as a service's."""
        return AsyncMongoClient(self.servers.mongo["url"], tz_aware=True, w="majority", journal=True)

    # --- services ----------------------------------------------------------------------------------------------------

    def settings(self, service: str, database: str) -> ServiceSettings:
        """Of a runtime in this process."""
        told = self.servers.kafka
        return ServiceSettings(
            mongo_url=SecretStr(self.servers.mongo["url"]),
            mongo_database=database,
            kafka_bootstrap=told["bootstrap"],
            kafka_username=told["username"],
            kafka_password=SecretStr(told["password"]),
            process=database,
        )

    def environment(self, service: str, name: str, database: str, port: int) -> dict[str, str]:
        """Of a service process on a database of its own, as the administrator."""
        own = {"SEVENSTEP_MONGO_URL": self.servers.mongo["url"], "SEVENSTEP_MONGO_DATABASE": database}
        return proc.inherited() | of_process(self.servers.environment[service], name, port) | own

    @contextmanager
    def serving(
        self, app: str, service: str, database: str = "", settings: Mapping[str, str] | None = None
    ) -> Iterator[Served]:
        """A process of this application with a service's settings, until the block is left.

        Without ``database`` it has the service's own, as its own user.
        """
        port = proc.free_port()
        name = f"{database or service}-1"
        if database:
            environment = self.environment(service, name, database, port)
        else:
            environment = proc.inherited() | of_process(self.servers.environment[service], name, port)
        began = time.perf_counter()
        log = Path(self.servers.logs) / f"{name}.log"
        by_hand = app.startswith("bench.")
        served = [sys.executable, "-m", "chassis.serve", app, "--port", str(port)]
        command = [*uvicorn_command(app, port), "--factory"] if by_hand else served
        child = proc.start(name, command, log, environment | dict(settings or {}), workspace.root())
        try:
            url = f"http://127.0.0.1:{port}"
            if by_hand:
                proc.wait_for_port(child, port, READY_S)
            else:
                loopback.wait_until_healthy(child, f"{url}/health/ready", READY_S)
            yield Served(url, port, child.pid, time.perf_counter() - began)
        finally:
            child.stop()
