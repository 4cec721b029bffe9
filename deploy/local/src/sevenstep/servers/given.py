"""Kafka and MongoDB that run already: their addresses come from the environment."""

import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sevenstep.kafka_access import create_users, wait_until_it_answers
from sevenstep.servers import KafkaAccess, MongoAccess

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

    reason: str = f"{KAFKA} and {MONGO} are set"
    kind: str = "environment"

    def start_kafka(self, passwords: dict[str, str]) -> KafkaAccess:
        access = KafkaAccess(os.environ[KAFKA], os.environ.get(KAFKA_USER, ""), os.environ.get(KAFKA_PASSWORD, ""))
        wait_until_it_answers(access, lambda: None, 30)
        if access.secured:
            create_users(access, passwords)
        return access

    def start_mongo(self) -> MongoAccess:
        parts = urlsplit(os.environ[MONGO])
        return MongoAccess(os.environ[MONGO], unquote(parts.username or ""), unquote(parts.password or ""))

    def fallen(self) -> list[str]:
        """Not ours to watch."""
        return []

    def stop(self) -> None:
        """Nothing here is ours to stop."""
