"""Kafka clients made in one place, with the settings that lose nothing."""

from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from chassis import broker_patience, header_names
from chassis import settings as limits

header_names.install()
broker_patience.install()

PRODUCER_BATCH_BYTES = 256 * 1024
"""Nothing waits for a batch to fill; in a backlog the client's 16 KiB would make many small requests of it."""
STOP_TIMEOUT_S = limits.KAFKA_STOP_S


@dataclass(frozen=True, slots=True)
class Broker:
    """Where Kafka is and who we are there."""

    bootstrap: str
    username: str = ""
    password: str = ""

    def _common(self) -> dict[str, Any]:
        secured = {
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-256",
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "request_timeout_ms": int(limits.KAFKA_REQUEST_S * 1000),
            "retry_backoff_ms": int(limits.KAFKA_AGAIN_S * 1000),
            "metadata_max_age_ms": int(limits.KAFKA_METADATA_S * 1000),
            **(secured if self.username else {}),
        }

    def producer(self, client_id: str) -> AIOKafkaProducer:
        """Idempotent, acknowledged by all replicas in sync."""
        return AIOKafkaProducer(
            **self._common(),
            client_id=client_id,
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=PRODUCER_BATCH_BYTES,
            compression_type=None,
        )

    def asker(self, client_id: str) -> AIOKafkaConsumer:
        """Reads nothing; for questions about topics. On a reader's connection they would stand behind its long poll."""
        return AIOKafkaConsumer(**self._common(), client_id=client_id, group_id=None, enable_auto_commit=False)

    async def read_by(self, group: str, client_id: str) -> set[TopicPartition] | None:
        """The partitions that the members of a group have; None while they gather. Raises when nobody can be asked."""
        admin = AIOKafkaAdminClient(**self._common(), client_id=client_id)
        try:
            await admin.start()
            answers: list[Any] = await admin.describe_consumer_groups([group])
        finally:
            await admin.close()
        ((_, _, state, _, _, members, *_),) = answers[0].groups
        if state != "Stable":
            return None
        told = (ConsumerProtocolMemberAssignment.decode(member[-1]) for member in members if member[-1])
        return {partition for assignment in told for partition in assignment.partitions()}

    def reader(self, topic: str) -> AIOKafkaConsumer:
        """Reads a whole topic from its beginning, without a group."""
        return AIOKafkaConsumer(
            topic, **self._common(), group_id=None, enable_auto_commit=False, auto_offset_reset="earliest"
        )

    def consumer(
        self, topics: list[str], group: str, member: str, listener: ConsumerRebalanceListener
    ) -> AIOKafkaConsumer:
        """Never commits by itself: a position moves only after its effects are in the store."""
        consumer = AIOKafkaConsumer(
            **self._common(),
            client_id=member,
            group_id=group,
            group_instance_id=member,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(limits.KAFKA_SESSION_S * 1000),
            heartbeat_interval_ms=int(limits.KAFKA_HEARTBEAT_S * 1000),
            max_poll_interval_ms=int(limits.KAFKA_POLL_S * 1000),
            fetch_max_wait_ms=int(limits.KAFKA_FETCH_S * 1000),
            isolation_level="read_committed",
        )
        consumer.subscribe(topics, listener=listener)
        return consumer
