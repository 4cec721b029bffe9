"""The envelope of a fact on Kafka: CloudEvents 1.0, binary mode, in headers ``ce_*``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from contracts.event import topic_of
from contracts.values import UtcTime

CONTENT_TYPE = b"application/json"
LONGEST = 300
"""Characters of one attribute. Ids are asked for by their address, so they cannot be of any length."""

_ZERO = ord("0")
_TIME = TypeAdapter[datetime](UtcTime)


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
    """The envelope in Kafka headers. Raises ``UndecodableEnvelope``, which names the header but not what stands there.

    Null values, values that are not UTF-8 and headers that come twice never pass.
    """
    headers = tuple(headers)
    return _well_formed(headers) or _strictly(headers)


def _well_formed(headers: Sequence[tuple[str, bytes | None]]) -> Envelope | None:
    """Most messages by far, at half the cost; None leaves it to ``_strictly`` to read them or to say why not."""
    named: dict[str, Any] = dict(headers)
    try:
        if len(named) < len(headers) or max(map(len, named.values())) > LONGEST:
            return None
        id, type, dealer_id = named["ce_id"].decode(), named["ce_type"].decode(), named["ce_dealer"].decode()
        aggregate, _, key = named["ce_subject"].decode().partition("/")
        sequence: bytes = named["ce_sequence"]
        at, recorded_at = _utc(named["ce_time"].decode()), _utc(named["ce_recordedtime"].decode())
        if not (id and type and dealer_id and key and at and recorded_at):
            return None
        if not sequence.isdigit() or len(sequence) > 17 or sequence[0] == _ZERO:
            return None
        return Envelope(
            id,
            type,
            dealer_id,
            named.get("ce_visit", b"").decode() or None,
            named.get("ce_actor", b"").decode(),
            aggregate,
            key,
            int(sequence),
            at,
            recorded_at,
            named.get("ce_traceparent", b"").decode(),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _utc(text: str) -> datetime | None:
    """An instant as ``to_headers`` writes it."""
    at = datetime.fromisoformat(text)
    plain = len(text) == 24 and text[-1] == "Z" and 2000 <= at.year < 2100
    return at if plain else None


def _strictly(headers: Sequence[tuple[str, bytes | None]]) -> Envelope:
    named = _Named(headers)
    aggregate, _, key = named.text("ce_subject", longest=2 * LONGEST).partition("/")
    if not key or max(len(aggregate), len(key)) > LONGEST:
        raise _wrong("ce_subject", "is not <aggregate>/<key>")
    return Envelope(
        id=named.text("ce_id"),
        type=named.text("ce_type"),
        dealer_id=named.text("ce_dealer"),
        visit_id=named.text("ce_visit", needed=False) or None,
        actor=named.text("ce_actor", needed=False),
        aggregate=aggregate,
        key=key,
        sequence=named.count("ce_sequence"),
        at=named.instant("ce_time"),
        recorded_at=named.instant("ce_recordedtime"),
        traceparent=named.text("ce_traceparent", needed=False),
    )


class _Named:
    """Our headers by name."""

    def __init__(self, headers: Iterable[tuple[str, bytes | None]]) -> None:
        self._values: dict[str, bytes | None] = {}
        for name, value in headers:
            if name.startswith("ce_"):
                if name in self._values:
                    raise _wrong(name, "came twice")
                self._values[name] = value

    def text(self, name: str, *, needed: bool = True, longest: int = LONGEST) -> str:
        """Raises when it is null, not UTF-8 or longer than we write it, and when it is needed and empty."""
        value = self._values.get(name, b"")
        if value is None:
            raise _wrong(name, "is null")
        try:
            text = value.decode()
        except UnicodeDecodeError:
            raise _wrong(name, "is not UTF-8") from None
        if needed and not text:
            raise _wrong(name, "is missing or empty")
        if len(text) > longest:
            raise _wrong(name, f"has more than {longest} characters")
        return text

    def count(self, name: str) -> int:
        """1 to what 64 bits hold."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) < 2**63):
            raise _wrong(name, "is no count from 1")
        return int(text)

    def instant(self, name: str) -> datetime:
        """With its zone, within the years a clock shows."""
        try:
            return _TIME.validate_python(datetime.fromisoformat(self.text(name)))
        except ValueError:
            raise _wrong(name, "is no time with a zone") from None


def _wrong(name: str, what: str) -> UndecodableEnvelope:
    return UndecodableEnvelope(f"not an envelope of this platform: {name} {what}")


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
