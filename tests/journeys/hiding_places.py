"""Where a personal value could stand in plain text: stores and files; topics are read by ``topics``."""

from collections.abc import Iterator
from typing import Any

from pymongo import MongoClient
from sevenstep.description import StackDescription, data_folder
from visit import Customer

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


def files(stack: StackDescription) -> Place:
    """Every file of the stack: logs, and where the servers run natively also what mongod and Kafka keep."""
    folder = data_folder(stack.name)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
