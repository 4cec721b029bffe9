"""Where a personal value could stand in plain text: stores, topics, files, traces, metrics."""

from collections.abc import Iterator
from typing import Any

from confluent_kafka import Consumer, TopicPartition
from dealership import Customer
from pymongo import MongoClient
from sevenstep.description import StackDescription, data_folder

Place = Iterator[tuple[str, bytes]]
"""(where, what stands there)"""


def identifying(customer: Customer) -> list[bytes]:
    """The mark in the customer's name and words, and the phone in every spelling."""
    compact = customer.phone.replace(" ", "")
    return [text.encode() for text in (customer.name.split()[1], customer.phone[4:], compact[3:])]


def documents(stack: StackDescription) -> Place:
    """Every document of every database but the server's own, and the history of all writes."""
    with MongoClient[Any](stack.mongo["url"]) as client:
        client.admin.command("fsync")
        names = [name for name in client.list_database_names() if name not in ("admin", "config", "local")]
        every = [client[name][collection] for name in names for collection in client[name].list_collection_names()]
        for collection in [*every, client["local"]["oplog.rs"]]:
            for batch in collection.find_raw_batches():
                yield collection.full_name, batch


def records(stack: StackDescription) -> Place:
    """Every record of every topic, with key and headers."""
    settings: dict[str, Any] = {
        "bootstrap.servers": stack.kafka["bootstrap"],
        "group.id": "hiding-places",
        "enable.auto.commit": False,
    }
    if stack.kafka["username"]:
        settings |= {
            "security.protocol": stack.kafka["security_protocol"],
            "sasl.mechanism": stack.kafka["sasl_mechanism"],
            "sasl.username": stack.kafka["username"],
            "sasl.password": stack.kafka["password"],
        }
    client = Consumer(settings)
    try:
        for topic, known in client.list_topics(timeout=10).topics.items():
            if topic.endswith(".events"):
                for partition in known.partitions:
                    yield from _of_partition(client, topic, partition)
    finally:
        client.close()


def _of_partition(client: Consumer, topic: str, partition: int) -> Place:
    low, end = client.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
    if low == end:
        return
    client.assign([TopicPartition(topic, partition, low)])
    while True:
        record = client.poll(10)
        assert record is not None and record.error() is None, f"{topic} {partition}: cannot be read to its end"
        parts = [record.key() or b"", record.value() or b"", repr(record.headers()).encode()]
        yield topic, b"\n".join(parts)
        if record.offset() >= end - 1:
            return


def files(stack: StackDescription) -> Place:
    """Every file of the stack: logs, and where the servers run natively also what mongod and Kafka keep."""
    folder = data_folder(stack.name)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
