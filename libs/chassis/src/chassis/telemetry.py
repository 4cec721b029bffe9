"""Traces: one per command and its effects, from HTTP through Kafka to the last consumer.

Whether a trace is kept is decided first: as its parent decided; without a parent by a hash of the visit id, so that a
visit is kept or left as a whole; without a visit by chance. What is not kept still has ids, for logs and problems, and
costs next to nothing. Never a VIN, name, phone or plate in here.
"""

import hashlib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags

from chassis.facts import Fact
from chassis.settings import ServiceSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

VISIT = "sevenstep.visit"
DEALER = "sevenstep.dealer"

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NOTHING = nullcontext()
_EVEN = frozenset("02468ace")
"""Last digit of the flags of a ``traceparent`` that is not kept."""
_KEPT = TraceFlags(TraceFlags.SAMPLED)
_LEFT = TraceFlags(TraceFlags.DEFAULT)
_HASHES = 2**64

_carried: ContextVar[str] = ContextVar("carried", default="")
"""The ``traceparent`` of a fact whose trace is not kept: what it causes carries it on, and no span is made for it."""

about: ContextVar[tuple[str | None, str | None]] = ContextVar("about", default=(None, None))
"""Dealer and visit of what is being done now; logs carry them."""


class _Tracing:
    """This process's tracer. Until ``start`` nothing is kept, and everything works all the same."""

    def __init__(self) -> None:
        self.provider: TracerProvider | None = None
        self.tracer: trace.Tracer = trace.NoOpTracer()
        self.ratio = 0.0


_tracing = _Tracing()


def start(service: str, settings: ServiceSettings, exporter: "SpanExporter | None" = None) -> None:
    """Begins to send spans to ``settings.otlp_endpoint``; tests give an exporter of their own."""
    if exporter is None and settings.otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        exporter = OTLPSpanExporter(f"{settings.otlp_endpoint}/v1/traces", timeout=5)
    if exporter is None:
        return
    from opentelemetry.sdk.resources import Resource  # the SDK costs a process without traces time and memory
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON

    stop()
    resource = Resource({"service.name": service, "service.instance.id": settings.process})
    # The decision was made before a span reaches the SDK, see ``span``.
    provider = TracerProvider(sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    _tracing.provider, _tracing.tracer = provider, provider.get_tracer("chassis")
    _tracing.ratio = settings.trace_ratio


def stop() -> None:
    """Sends what is left and ends. It blocks for some seconds at most: call it in a thread."""
    provider, _tracing.provider, _tracing.tracer, _tracing.ratio = _tracing.provider, None, trace.NoOpTracer(), 0.0
    if provider is not None:
        provider.shutdown()


def keeps(visit_id: str | None) -> bool:
    """Whether a trace that begins here is kept."""
    if visit_id is None:
        return random.random() < _tracing.ratio
    digest = hashlib.blake2b(visit_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") < _tracing.ratio * _HASHES


def parse_traceparent(text: str) -> SpanContext | None:
    """The remote span of a W3C ``traceparent``; None when it is no such thing."""
    found = _TRACEPARENT.fullmatch(text)
    if found is None:
        return None
    context = SpanContext(int(found[1], 16), int(found[2], 16), True, _KEPT if int(found[3], 16) & 1 else _LEFT)
    return context if context.is_valid else None


def current_traceparent() -> str:
    """What an event carries on; empty outside any span."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return _carried.get()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def current_trace_id() -> str:
    """For problems and logs; empty outside any span."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else _carried.get()[3:35]


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    parent: SpanContext | None = None,
    dealer_id: str | None = None,
    visit_id: str | None = None,
    links: Sequence[SpanContext] = (),
    attributes: Mapping[str, str | int] | None = None,
) -> Iterator[Span]:
    """One span as the current one, below ``parent``; without a parent it begins a trace of its own."""
    kept = parent.trace_flags.sampled if parent is not None else keeps(visit_id)
    if kept and _tracing.provider is not None:
        described = _attributes(dealer_id, visit_id, attributes)
        above = otel_context.Context() if parent is None else trace.set_span_in_context(NonRecordingSpan(parent))
        made = _tracing.tracer.start_span(name, above, kind, described, [Link(link) for link in links])
    else:
        made = NonRecordingSpan(_ids_only(parent, kept))
    token = otel_context.attach(trace.set_span_in_context(made))
    told = about.set((dealer_id, visit_id))
    try:
        yield made
    except Exception as error:
        # The type only: a message may carry what a customer wrote.
        made.set_status(StatusCode.ERROR, type(error).__name__)
        raise
    finally:
        about.reset(told)
        otel_context.detach(token)
        made.end()


class _NotKept:
    """Instead of a span: batches of facts pay for those traces only that are kept."""

    __slots__ = ("_fact", "_reset")

    def __init__(self, fact: Fact[Any]) -> None:
        self._fact = fact

    def __enter__(self) -> None:
        self._reset = _carried.set(self._fact.traceparent), about.set((self._fact.dealer_id, self._fact.visit_id))

    def __exit__(self, *_: object) -> None:
        carried, told = self._reset
        _carried.reset(carried)
        about.reset(told)


def fact_span(fact: Fact[Any], consumer: str) -> AbstractContextManager[Span | None]:
    """What a consumer does with a fact: in the trace of the command that caused it, when that is kept."""
    if _tracing.provider is None or fact.traceparent[-1:] in _EVEN:
        return _NotKept(fact)
    return span(
        f"{consumer} {fact.type}",
        SpanKind.CONSUMER,
        parent=parse_traceparent(fact.traceparent),
        dealer_id=fact.dealer_id,
        visit_id=fact.visit_id,
        attributes={
            "messaging.system": "kafka",
            "messaging.operation.type": "process",
            "messaging.message.id": fact.id,
            "messaging.consumer.group.name": consumer,
        },
    )


def relay_span(
    topic: str, event_type: str, traceparent: str, *, dealer_id: str | None = None, visit_id: str | None = None
) -> AbstractContextManager[Span | None]:
    """The sending of one fact, in the trace of its command, when that is kept."""
    if _tracing.provider is None or traceparent[-1:] in _EVEN:
        return _NOTHING
    return span(
        f"send {event_type}",
        SpanKind.PRODUCER,
        parent=parse_traceparent(traceparent),
        dealer_id=dealer_id,
        visit_id=visit_id,
        attributes={
            "messaging.system": "kafka",
            "messaging.operation.type": "send",
            "messaging.destination.name": topic,
        },
    )


def _attributes(
    dealer_id: str | None, visit_id: str | None, more: Mapping[str, str | int] | None
) -> dict[str, str | int]:
    described: dict[str, str | int] = dict(more or {})
    if dealer_id:
        described[DEALER] = dealer_id
    if visit_id:
        described[VISIT] = visit_id
    return described


def _ids_only(parent: SpanContext | None, kept: bool) -> SpanContext:
    """A span that is not recorded: new ids, the decision goes on with what it causes."""
    trace_id = parent.trace_id if parent is not None else random.getrandbits(128) or 1
    return SpanContext(trace_id, random.getrandbits(64) or 1, False, _KEPT if kept else _LEFT)
