"""Kafka and MongoDB that run already: their addresses come from the environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sevenstep import loopback, prerequisites, proc
from sevenstep.kafka_access import create_users, wait_until_it_answers
from sevenstep.servers import KafkaAccess, MongoAccess, native_zipkin

KAFKA = "SEVENSTEP_STACK_KAFKA_BOOTSTRAP"
KAFKA_USER = "SEVENSTEP_STACK_KAFKA_USERNAME"
KAFKA_PASSWORD = "SEVENSTEP_STACK_KAFKA_PASSWORD"
MONGO = "SEVENSTEP_STACK_MONGO_URL"


class OnlyOneAddressGiven(Exception):
    """Kafka's address is given and MongoDB's is not, or the other way round."""

    code = "only-one-address-given"

    def __init__(self) -> None:
        super().__init__(f"Give both {KAFKA} and {MONGO}, or none of them.")


def is_given() -> bool:
    """Whether the environment names both servers. Raises OnlyOneAddressGiven."""
    given = [bool(os.environ.get(name)) for name in (KAFKA, MONGO)]
    if any(given) and not all(given):
        raise OnlyOneAddressGiven
    return all(given)


@dataclass
class Given:
    """Servers somebody else started, and stops. With an administrator's credentials, users are made per service."""

    logs: Path
    environment: dict[str, str]
    reason: str = f"{KAFKA} and {MONGO} are set"
    kind: str = "environment"
    children: list[proc.Child] = field(default_factory=list)

    def start_kafka(self, passwords: dict[str, str]) -> KafkaAccess:
        access = KafkaAccess(os.environ[KAFKA], os.environ.get(KAFKA_USER, ""), os.environ.get(KAFKA_PASSWORD, ""))
        wait_until_it_answers(access, lambda: None, 30)
        if access.secured:
            create_users(access, passwords)
        return access

    def start_mongo(self) -> MongoAccess:
        parts = urlsplit(os.environ[MONGO])
        return MongoAccess(os.environ[MONGO], unquote(parts.username or ""), unquote(parts.password or ""))

    def start_zipkin(self, port: int) -> None:
        prerequisites.ensure()
        child = native_zipkin.start(port, self.logs, self.environment, self.children)
        loopback.wait_until_healthy(child, f"http://127.0.0.1:{port}/health", 90)

    def fallen(self) -> list[str]:
        return [child.name for child in self.children if not child.alive]

    def stop(self) -> None:
        for child in self.children:
            child.kill()
