"""Announcing a fact by hand, for a service that is not part of the stack: a stock, a campaign office, a warranty desk.

What listens cannot tell the difference: the same topic, envelope and checks as everybody else's facts.
"""

import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from contracts.catalogue import events
from contracts.envelope import Envelope, UndecodableEnvelope, from_headers, to_headers
from contracts.event import Event, topic_of
from pydantic import ValidationError

from sevenstep.description import StackDescription
from sevenstep.kafka_access import client_settings
from sevenstep.operations import read_clock
from sevenstep.servers import KafkaAccess

AGGREGATE, BY_HAND = "by-hand", "operations:by-hand"
PATIENCE_S = 20.0


class NoSuchFact(Exception):
    """No contract has a fact of this type."""

    code = "no-such-fact"

    def __init__(self, asked: str) -> None:
        alike = [type for type in events() if asked.partition(".")[0] == type.partition(".")[0]]
        super().__init__(f"No fact has the type '{asked}'. There are: {', '.join(alike or events())}")


class FactUnfit(Exception):
    """The body does not say what its contract asks for."""

    code = "fact-unfit"

    def __init__(self, type: str, wrong: ValidationError) -> None:
        told = [f"{'.'.join(map(str, one['loc'])) or 'the body'}: {one['msg']}" for one in wrong.errors()]
        super().__init__(f"This is no {type}. {'; '.join(told)}. Its schema: libs/contracts/schemas/{type}.json")


class SaidBySomebodyElse(Exception):
    """A service announces facts under this key in this topic; one by hand among them would contradict its store."""

    code = "said-by-somebody-else"

    def __init__(self, envelope: Envelope) -> None:
        super().__init__(f"{envelope.service} announces the facts of {envelope.key} itself: {envelope.type} is there.")


@dataclass(frozen=True)
class Announcement:
    """Whose fact it is. ``key``: the visit's id, for facts about a visit, else what the fact is about."""

    type: str
    body: str
    dealer_id: str
    key: str
    of_visit: bool = True


def announce(stack: StackDescription, told: Announcement) -> Envelope:
    """Sends the next fact of its aggregate; when this returns all replicas have it. Raises ``NoSuchFact``,
    ``FactUnfit``, ``SaidBySomebodyElse``."""
    event = _event(told)
    settings = client_settings(KafkaAccess.told(stack.kafka))
    envelope = Envelope(
        id=str(uuid.uuid4()),
        type=event.wire_type,
        dealer_id=told.dealer_id,
        visit_id=told.key if told.of_visit else None,
        actor=BY_HAND,
        aggregate=AGGREGATE,
        key=told.key,
        sequence=_announced(settings, event.service, told.key) + 1,
        at=_now(stack),
        recorded_at=datetime.now(UTC),
        traceparent=f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
    )
    _send(settings, envelope, event)
    return envelope


def _event(told: Announcement) -> Event:
    kind = events().get(told.type)
    if kind is None:
        raise NoSuchFact(told.type)
    try:
        return kind.model_validate_json(told.body)
    except ValidationError as wrong:
        raise FactUnfit(told.type, wrong) from None


def _now(stack: StackDescription) -> datetime:
    """Business time, as the first process tells it."""
    told = next(iter(read_clock(stack).values()))
    return datetime.fromisoformat(told["now"])


def _announced(settings: dict[str, Any], service: str, key: str) -> int:
    """How many facts its topic has under this key, all by hand. Reads the whole topic, for that is rarely asked."""
    reader = Consumer(settings | {"group.id": "sevenstep.by-hand", "enable.auto.commit": False})
    try:
        topic, last = topic_of(service), 0
        for number in reader.list_topics(topic, timeout=PATIENCE_S).topics[topic].partitions:
            seen, end = reader.get_watermark_offsets(TopicPartition(topic, number), timeout=PATIENCE_S)
            reader.assign([TopicPartition(topic, number, seen)])
            while seen < end:
                message = reader.poll(PATIENCE_S)
                if message is None or message.error():
                    raise KafkaException(message.error() if message else KafkaError(KafkaError._TIMED_OUT))
                last = max(last, _sequence_of(message, key))
                seen = (message.offset() or 0) + 1
        return last
    finally:
        reader.close()


def _sequence_of(message: Message, key: str) -> int:
    try:
        envelope = from_headers([(name, value) for name, value in message.headers() or []])  # type: ignore[misc]
    except UndecodableEnvelope:
        return 0
    if envelope.key != key:
        return 0
    if envelope.aggregate != AGGREGATE:
        raise SaidBySomebodyElse(envelope)
    return envelope.sequence


def _send(settings: dict[str, Any], envelope: Envelope, event: Event) -> None:
    refused: list[KafkaError] = []
    producer = Producer(settings | {"acks": "all", "enable.idempotence": True})
    producer.produce(
        envelope.topic,
        event.model_dump_json().encode(),
        key=envelope.key.encode(),
        headers=dict[str, bytes | str | None](to_headers(envelope)),
        on_delivery=lambda error, _: refused.append(error) if error else None,
    )
    if producer.flush(PATIENCE_S) or refused:
        raise KafkaException(refused[0] if refused else KafkaError(KafkaError._TIMED_OUT))


def as_json(envelope: Envelope) -> str:
    """What was sent, for programs."""
    told = {"id": envelope.id, "type": envelope.type, "key": envelope.key, "sequence": envelope.sequence}
    return json.dumps(told | {"topic": envelope.topic, "at": envelope.at.isoformat()})
