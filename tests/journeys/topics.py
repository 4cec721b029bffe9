"""What was announced so far, as it stands in the topics."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from sevenstep.description import StackDescription
from sevenstep.kafka_access import aiokafka_settings
from sevenstep.servers import KafkaAccess


async def everything(stack: StackDescription, topics: Iterable[str]) -> list["ConsumerRecord[bytes, bytes]"]:
    """Every record of these topics, in order within each partition."""
    access = KafkaAccess.told(stack.kafka)
    client = AIOKafkaConsumer(*topics, auto_offset_reset="earliest", **aiokafka_settings(access))
    await client.start()
    try:
        found = []
        left = {at: end for at, end in (await client.end_offsets(client.assignment())).items() if end}
        while left:
            for records in (await client.getmany(timeout_ms=500)).values():
                found += records
            left = {at: end for at, end in left.items() if await client.position(at) < end}
        return found
    finally:
        await client.stop()
