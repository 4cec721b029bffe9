"""Partitions made after a listener was there are read, whatever the broker remembers of the listener's group."""

from typing import Any

import pytest
from chassis_toy import Toy, administrator, until
from confluent_kafka.admin import NewPartitions

pytestmark = pytest.mark.stack


@pytest.fixture
async def small(servers: Any) -> Any:
    toy = Toy(servers)
    toy.make_topic(partitions=1)
    yield toy
    await toy.stop()


async def test_a_listener_that_starts_again_reads_partitions_that_were_not_there_before(small: Any) -> None:
    """A returning member gets from the broker at once what it had."""
    before = await small.listener({small.Raised: small.mirror})

    async def has_its_partition() -> bool:
        return len(before.listening[0].has()) == 1

    await until(has_its_partition, "the only partition", 60.0)
    await before.stop()
    admin = administrator(small.servers)
    (grown,) = admin.create_partitions([NewPartitions(f"{small.name}.events", 3)]).values()
    grown.result(20)
    announcer = await small.announcer()
    for counter in range(12):
        await small.raise_counter(announcer, f"c{counter}")
    again = await small.listener({small.Raised: small.mirror})

    async def read_to_the_end() -> bool:
        return again.listening[0].applied == 12

    await until(read_to_the_end, "the facts of all partitions", 60.0)
