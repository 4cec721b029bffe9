"""Kafka records as facts, with everything kept that is needed to try them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import ConsumerRecord
from contracts.envelope import Envelope, UndecodableEnvelope, from_headers
from contracts.event import Event
from pydantic import ValidationError

from chassis.clock import system_now
from chassis.facts import Fact
from chassis.set_aside import Aside, State


@dataclass(slots=True)
class Message:
    """One record. ``fact`` is None when nobody here listens to it; ``unreadable`` says why it cannot be read.

    Facts of one ``lane``, the aggregate's, stay in order.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    id: str
    lane: str
    sequence: int
    fact: Fact[Any] | None = None
    unreadable: str = ""

    @property
    def unheard(self) -> bool:
        """Nobody here listens to it: it counts in its aggregate's order and has no effect."""
        return self.fact is None and not self.unreadable

    def aside(self, consumer: str, state: State, reason: str, *, waits_for: str = "", tries: int = 0) -> Aside:
        """This message, standing aside from now on."""
        now = system_now()
        return Aside(
            id=f"{consumer}|{self.id}",
            consumer=consumer,
            lane=self.lane,
            sequence=self.sequence,
            state=state,
            reason=reason[:2000],
            waits_for=waits_for,
            tries=tries,
            since=now,
            next_try=now,
            topic=self.topic,
            partition=self.partition,
            offset=self.offset,
            key=self.key,
            value=self.value,
            headers=self.headers,
        )


def of_record(record: "ConsumerRecord[bytes, bytes]", listened: Mapping[str, type[Event]]) -> Message:
    """Reads a record and never raises: headers without a value or not of ours cannot stop the others."""
    headers = tuple(record.headers)
    return _message(record.topic, record.partition, record.offset, record.key, record.value, headers, listened)


def of_aside(aside: Aside, listened: Mapping[str, type[Event]]) -> Message:
    """Reads a message that stands aside once more."""
    return _message(aside.topic, aside.partition, aside.offset, aside.key, aside.value, aside.headers, listened)


def _message(
    topic: str,
    partition: int,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: tuple[tuple[str, bytes | None], ...],
    listened: Mapping[str, type[Event]],
) -> Message:
    try:
        envelope = from_headers(headers)
        if envelope.topic != topic:
            raise UndecodableEnvelope(f"facts of this type are not announced on {topic}")
    except UndecodableEnvelope as wrong:
        id, lane = f"{topic}-{partition}-{offset}", f"{topic}/unreadable/{partition}-{offset}"
        return Message(topic, partition, offset, key, value, headers, id, lane, 0, unreadable=str(wrong))
    lane = f"{topic}/{envelope.aggregate}/{envelope.key}"
    message = Message(topic, partition, offset, key, value, headers, envelope.id, lane, envelope.sequence)
    event_type = listened.get(envelope.type)
    if event_type is not None:
        try:
            message.fact = _fact(envelope, event_type.model_validate_json(value or b""))
        except ValidationError as wrong:
            # Where it is wrong, never what stands there: a dead letter's reason is read by people.
            errors = wrong.errors()[:10]
            message.unreadable = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in errors)
    return message


def _fact(envelope: Envelope, event: Event) -> Fact[Any]:
    return Fact(
        envelope.id,
        envelope.type,
        envelope.dealer_id,
        envelope.visit_id,
        envelope.actor,
        envelope.aggregate,
        envelope.key,
        envelope.sequence,
        envelope.at,
        envelope.recorded_at,
        envelope.traceparent,
        event,
    )
