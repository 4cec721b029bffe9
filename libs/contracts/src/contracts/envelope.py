"""The envelope of a fact on Kafka: CloudEvents 1.0, binary mode, in headers ``ce_*``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.event import topic_of

CONTENT_TYPE = b"application/json"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything about a fact but its body.

    ``at`` is business time, ``recorded_at`` the system's; ``sequence`` counts the aggregate's facts from 1;
    ``key`` is the aggregate's immutable Kafka key.
    """

    id: str
    type: str
    dealer_id: str
    visit_id: str | None
    actor: str
    aggregate: str
    key: str
    sequence: int
    at: datetime
    recorded_at: datetime
    traceparent: str = ""

    @property
    def service(self) -> str:
        return self.type.partition(".")[0]

    @property
    def topic(self) -> str:
        return topic_of(self.service)


class UndecodableEnvelope(Exception):
    """The headers are no CloudEvents envelope of ours; the message goes to the dead letters as it is."""

    code = "undecodable-envelope"


def to_headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """CloudEvents attributes and our extensions as Kafka headers."""
    pairs = [
        ("ce_specversion", "1.0"),
        ("ce_id", envelope.id),
        ("ce_source", f"/{envelope.service}"),
        ("ce_type", envelope.type),
        ("ce_subject", f"{envelope.aggregate}/{envelope.key}"),
        ("ce_time", _text(envelope.at)),
        ("ce_dataschema", f"/schemas/{envelope.type}.json"),
        ("ce_dealer", envelope.dealer_id),
        ("ce_visit", envelope.visit_id or ""),
        ("ce_actor", envelope.actor),
        ("ce_sequence", str(envelope.sequence)),
        ("ce_recordedtime", _text(envelope.recorded_at)),
        ("ce_traceparent", envelope.traceparent),
    ]
    headers = [(name, value.encode()) for name, value in pairs if value]
    headers.append(("content-type", CONTENT_TYPE))
    if envelope.traceparent:
        headers.append(("traceparent", envelope.traceparent.encode()))
    return headers


def from_headers(headers: Iterable[tuple[str, bytes | None]]) -> Envelope:
    """The envelope in Kafka headers. Raises ``UndecodableEnvelope``; null and non-UTF-8 values never pass."""
    try:
        named = {name: value.decode() for name, value in headers if value is not None and name.startswith("ce_")}
        aggregate, _, key = named["ce_subject"].partition("/")
        _refuse_empty(id=named["ce_id"], type=named["ce_type"], dealer=named["ce_dealer"], key=key)
        return Envelope(
            id=named["ce_id"],
            type=named["ce_type"],
            dealer_id=named["ce_dealer"],
            visit_id=named.get("ce_visit"),
            actor=named.get("ce_actor", ""),
            aggregate=aggregate,
            key=key,
            sequence=_count(named["ce_sequence"]),
            at=_instant(named, "ce_time"),
            recorded_at=_instant(named, "ce_recordedtime"),
            traceparent=named.get("ce_traceparent", ""),
        )
    except (KeyError, ValueError) as wrong:
        raise UndecodableEnvelope(f"not an envelope of this platform: {wrong!r}") from wrong


def _refuse_empty(**attributes: str) -> None:
    for name, value in attributes.items():
        if not value:
            raise ValueError(f"{name} is empty")


def _count(text: str) -> int:
    if (count := int(text)) < 1:
        raise ValueError("ce_sequence counts from 1")
    return count


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _instant(named: Mapping[str, str], name: str) -> datetime:
    instant = datetime.fromisoformat(named[name])
    if instant.tzinfo is None:
        raise ValueError(f"{name} has no zone")
    return instant
