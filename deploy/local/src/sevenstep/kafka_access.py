"""Topics, users and access lists of a Kafka, made through its administrator."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)
from contracts.event import topic_of

from sevenstep.plan import PARTITIONS
from sevenstep.servers import KafkaAccess


class KafkaNotReachable(Exception):
    """The broker does not answer its administrator."""

    code = "kafka-not-reachable"

    def __init__(self, bootstrap: str, seconds: float) -> None:
        super().__init__(
            f"Kafka at {bootstrap} did not answer within {seconds:.0f} s. "
            "Check address and credentials (a wrong SCRAM password looks the same as a broker that is away)."
        )


def admin_client(access: KafkaAccess) -> AdminClient:
    """An administrator's client for this broker."""
    return AdminClient(client_settings(access))


def client_settings(access: KafkaAccess) -> dict[str, Any]:
    """Settings of librdkafka's clients: ``Producer(client_settings(access))``."""
    settings: dict[str, Any] = {"bootstrap.servers": access.bootstrap, "log_level": 0}
    if access.secured:
        settings |= {
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-256",
            "sasl.username": access.username,
            "sasl.password": access.password,
        }
    return settings


def aiokafka_settings(access: KafkaAccess) -> dict[str, Any]:
    """The same for aiokafka's clients: ``AIOKafkaConsumer(**aiokafka_settings(access))``."""
    settings: dict[str, Any] = {"bootstrap_servers": access.bootstrap.split(",")}
    if access.secured:
        settings |= {
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-256",
            "sasl_plain_username": access.username,
            "sasl_plain_password": access.password,
        }
    return settings


def wait_until_it_answers(access: KafkaAccess, check: Callable[[], None], seconds: float) -> None:
    """Return when the broker tells its topics. `check` raises when waiting has become pointless."""
    wait_for_brokers(access, 1, check, seconds)


def wait_for_brokers(access: KafkaAccess, count: int, check: Callable[[], None], seconds: float) -> None:
    """Return when so many brokers are known, so that topics get all their copies."""
    deadline = time.monotonic() + seconds
    client = admin_client(access)
    while time.monotonic() < deadline:
        check()
        try:
            if len(client.list_topics(timeout=2).brokers) >= count:
                return
        except KafkaException:
            pass
        time.sleep(0.1)
    raise KafkaNotReachable(access.bootstrap, seconds)


def create_users(access: KafkaAccess, passwords: dict[str, str]) -> None:
    """Make or renew SCRAM users (for a broker that was not given them when it was formatted)."""
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096)
    wishes: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(name, info, word.encode()) for name, word in passwords.items()
    ]
    client = admin_client(access)  # it must outlive its answers
    _settle(client.alter_user_scram_credentials(wishes).values())


def prepare(access: KafkaAccess, services: list[str], partitions: int = PARTITIONS) -> None:
    """Make each service's topic and, on a broker with users, its access list. What exists already stays."""
    client = admin_client(access)
    # Facts are kept for ever: projections are rebuilt from them.
    config = {"retention.ms": "-1", "cleanup.policy": "delete"}
    topics = [
        NewTopic(topic_of(name), num_partitions=partitions, replication_factor=-1, config=config) for name in services
    ]
    if topics:
        _settle(client.create_topics(topics).values())
    if access.secured and services:
        rules = [rule for name in services for rule in access_list(name, services)]
        _settle(client.create_acls(rules).values())


def access_list(service: str, services: list[str]) -> list[AclBinding]:
    """What a service may: write its own topic, read everybody's facts (they are the published language), use groups
    that start with its name. Writing idempotently needs no more than writing (since Kafka 3)."""
    rules = [
        _rule(service, ResourceType.TOPIC, topic_of(service), AclOperation.WRITE),
        _rule(service, ResourceType.GROUP, f"{service}.", AclOperation.READ, ResourcePatternType.PREFIXED),
    ]
    for name in services:
        rules.append(_rule(service, ResourceType.TOPIC, topic_of(name), AclOperation.READ))
        rules.append(_rule(service, ResourceType.TOPIC, topic_of(name), AclOperation.DESCRIBE))
    return rules


def _rule(
    service: str,
    kind: ResourceType,
    name: str,
    operation: AclOperation,
    pattern: ResourcePatternType = ResourcePatternType.LITERAL,
) -> AclBinding:
    return AclBinding(kind, name, pattern, f"User:{service}", "*", operation, AclPermissionType.ALLOW)


def _settle(futures: Iterable[Future[Any]]) -> None:
    for future in futures:
        try:
            future.result(timeout=30)
        except KafkaException as refused:
            if refused.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
