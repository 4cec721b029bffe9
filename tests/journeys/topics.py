"""What was announced so far, as it stands in the topics."""

from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from sevenstep.description import StackDescription


async def everything(stack: StackDescription, topics: Iterable[str]) -> list["ConsumerRecord[bytes, bytes]"]:
    """Every record of these topics, in order within each partition."""
    kafka = stack.kafka
    secured: dict[str, Any] = {
        "security_protocol": kafka["security_protocol"],
        "sasl_mechanism": kafka["sasl_mechanism"],
        "sasl_plain_username": kafka["username"],
        "sasl_plain_password": kafka["password"],
    }
    client = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=kafka["bootstrap"],
        auto_offset_reset="earliest",
        **(secured if kafka["username"] else {}),
    )
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
