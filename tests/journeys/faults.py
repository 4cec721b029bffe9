"""What goes wrong on purpose: a relay that may not send, a consumer that cannot write, and who reads which facts."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiokafka.partitioner import murmur2
from network import Network
from pymongo import MongoClient
from pymongo.database import Database
from sevenstep.description import StackDescription
from sevenstep.kafka_access import admin_client, topic_of
from sevenstep.servers import KafkaAccess


@contextmanager
def database(stack: StackDescription, service: str) -> Iterator[Database[Any]]:
    """A service's database, as the administrator sees it."""
    with MongoClient[Any](stack.mongo["url"], tz_aware=True) as client:
        yield client[service]


@asynccontextmanager
async def a_relay_that_does_not_send(network: Network, service: str) -> AsyncIterator[None]:
    """Somebody else holds the service's lease and does nothing: what the service announces stays in its documents."""
    stack = network.platform.description
    lost = _told(stack, service, "lease lost")
    theirs = {"owner": "a process that hangs", "until": datetime.now(UTC) + timedelta(minutes=5)}
    with database(stack, service) as store:
        assert store["leases"].update_one({"_id": "worker"}, {"$set": theirs}).matched_count == 1

        async def noticed() -> bool:
            return _told(stack, service, "lease lost") > lost

        try:
            await network.eventually(noticed, bool)
            yield
        finally:
            store["leases"].update_one({"_id": "worker"}, {"$set": {"owner": ""}})


@contextmanager
def a_document_that_cannot_be_written(stack: StackDescription, service: str, documents: str, id: str) -> Iterator[None]:
    """Somebody is writing the same document and does not come to an end (a minute at most): others have to wait."""
    with database(stack, service) as store, store.client.start_session() as session:
        limit = "transactionLifetimeLimitSeconds"
        usual = store.client.admin.command("setParameter", 1, **{limit: 60})["was"]
        session.start_transaction()
        store[documents].insert_one({"_id": id}, session=session)
        store.client.admin.command("setParameter", 1, **{limit: usual})
        yield
        session.abort_transaction()


def readers(stack: StackDescription, group: str) -> dict[tuple[str, int], str]:
    """Which process of a consumer group reads which partition."""
    client = admin_client(_kafka(stack))
    found = client.describe_consumer_groups([group])[group].result(timeout=10)
    return {(at.topic, at.partition): one.client_id for one in found.members for at in one.assignment.topic_partitions}


def partition_of(stack: StackDescription, service: str, key: str) -> tuple[str, int]:
    """Where the facts of an aggregate are."""
    topic = topic_of(service)
    count = len(admin_client(_kafka(stack)).list_topics(topic, timeout=10).topics[topic].partitions)
    return topic, (murmur2(key.encode()) & 0x7FFFFFFF) % count


def _told(stack: StackDescription, service: str, words: str) -> int:
    return Path(stack.logs, f"{service}-1.log").read_text(errors="replace").count(words)


def _kafka(stack: StackDescription) -> KafkaAccess:
    return KafkaAccess.told(stack.kafka)
