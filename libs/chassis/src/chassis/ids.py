"""Ids: new ones grow with time, derived ones are the same for the same cause."""

from uuid import UUID, uuid5

import uuid_utils
from aiokafka.partitioner import murmur2

_CAUSES = UUID("5e7e9578-0c5d-4c3a-9f5e-73657665e572")


def new_id() -> str:
    """A UUIDv7."""
    return str(uuid_utils.uuid7())


def derived_id(*cause: str) -> str:
    """The id of what this cause makes; said twice, it is the same thing."""
    return str(uuid5(_CAUSES, "\x1f".join(cause)))


def shard_of(key: str, shards: int) -> int:
    """Which of so many shards a fact's key belongs to, by the hash that Kafka's clients use for partitions: where
    ``shards`` is a multiple of their number, each shard is met by one consumer only."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % shards
