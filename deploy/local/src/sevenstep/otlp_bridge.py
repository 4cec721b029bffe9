"""Takes OTLP/HTTP spans from the services, keeps the last of them for reading, and hands them on to Zipkin.

`POST /v1/traces` (protobuf) never waits for Zipkin. `GET /traces?tag=key:value` and `GET /trace/{id}` answer spans in
Zipkin's v2 form from a bounded memory, so that traces can be followed without a viewer.
"""

import asyncio
import contextlib
import gzip
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx2
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ZipkinSpan = dict[str, Any]

_KINDS = {
    Span.SPAN_KIND_SERVER: "SERVER",
    Span.SPAN_KIND_CLIENT: "CLIENT",
    Span.SPAN_KIND_PRODUCER: "PRODUCER",
    Span.SPAN_KIND_CONSUMER: "CONSUMER",
}
_PEERS = ("peer.service", "messaging.system", "db.system.name", "db.system")


class Memory:
    """The last spans by trace, at most `capacity` of them; the oldest traces are forgotten first."""

    def __init__(self, capacity: int = 100_000) -> None:
        self._capacity = capacity
        self._count = 0
        self._traces: OrderedDict[str, list[ZipkinSpan]] = OrderedDict()

    def add(self, spans: Iterable[ZipkinSpan]) -> None:
        """Remember spans."""
        for span in spans:
            self._traces.setdefault(span["traceId"], []).append(span)
            self._count += 1
        while self._count > self._capacity and len(self._traces) > 1:
            _, forgotten = self._traces.popitem(last=False)
            self._count -= len(forgotten)

    def trace(self, trace_id: str) -> list[ZipkinSpan]:
        """All known spans of a trace in the order of their beginnings; empty when it is unknown."""
        return sorted(self._traces.get(trace_id, []), key=lambda span: span["timestamp"])

    def with_tag(self, key: str, value: str) -> list[list[ZipkinSpan]]:
        """Every trace in which a span carries this tag, oldest first."""
        found = [one for one, spans in self._traces.items() if any(span["tags"].get(key) == value for span in spans)]
        return sorted((self.trace(one) for one in found), key=lambda spans: spans[0]["timestamp"])


class Forwarder:
    """Hands spans to Zipkin in the background. What does not fit into its queue is counted and dropped."""

    def __init__(self, url: str, capacity: int = 2_000, pause: float = 1.0) -> None:
        self._url = url
        self._pause = pause  # seconds between attempts
        self._queue: asyncio.Queue[list[ZipkinSpan]] = asyncio.Queue(capacity)
        self.dropped = 0

    def offer(self, spans: list[ZipkinSpan]) -> None:
        """Put spans into the queue; never waits."""
        try:
            self._queue.put_nowait(spans)
        except asyncio.QueueFull:
            self.dropped += len(spans)

    async def run(self) -> None:
        """Deliver for ever; waits while Zipkin is away."""
        async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
            while True:
                await self._deliver(client, await self._queue.get())

    async def _deliver(self, client: httpx2.AsyncClient, spans: list[ZipkinSpan]) -> None:
        while True:
            with contextlib.suppress(httpx2.HTTPError):
                if (await client.post(self._url, json=spans)).status_code < 500:
                    return  # taken, or refused as such: then it is not offered again
            await asyncio.sleep(self._pause)


def to_zipkin(request: ExportTraceServiceRequest) -> list[ZipkinSpan]:
    """Zipkin's v2 form of an OTLP export."""
    found = []
    for group in request.resource_spans:
        resource = _tags(group.resource.attributes)
        service = resource.get("service.name", "unknown")
        found += [_span(span, service, resource) for scope in group.scope_spans for span in scope.spans]
    return found


def _span(span: Span, service: str, resource: dict[str, str]) -> ZipkinSpan:
    tags = _tags(span.attributes)
    if instance := resource.get("service.instance.id"):
        tags["service.instance.id"] = instance
    if span.links:
        tags["links"] = ",".join(f"{link.trace_id.hex()}:{link.span_id.hex()}" for link in span.links)
    if span.status.code == Status.STATUS_CODE_ERROR:
        tags["error"] = span.status.message or "true"
    found: ZipkinSpan = {
        "traceId": span.trace_id.hex(),
        "id": span.span_id.hex(),
        "name": span.name,
        "timestamp": span.start_time_unix_nano // 1000,
        "duration": max(1, (span.end_time_unix_nano - span.start_time_unix_nano) // 1000),
        "localEndpoint": {"serviceName": service},
        "tags": tags,
        "annotations": [{"timestamp": event.time_unix_nano // 1000, "value": event.name} for event in span.events],
    }
    if span.parent_span_id:
        found["parentId"] = span.parent_span_id.hex()
    if kind := _KINDS.get(span.kind):
        found["kind"] = kind
        peer = next((tags[name] for name in _PEERS if name in tags), "")
        if peer and kind != "SERVER":
            found["remoteEndpoint"] = {"serviceName": peer}
    return found


def _tags(attributes: Iterable[KeyValue]) -> dict[str, str]:
    return {pair.key: _text(pair.value) for pair in attributes}


def _text(value: AnyValue) -> str:
    kind = value.WhichOneof("value")
    if kind == "bool_value":
        return str(value.bool_value).lower()
    if kind == "array_value":
        return ",".join(_text(one) for one in value.array_value.values)
    return "" if kind is None else str(getattr(value, kind))


def bridge_app(memory: Memory, forwarder: Forwarder | None) -> Starlette:
    """The HTTP door of the bridge."""

    async def take(request: Request) -> Response:
        body = await request.body()
        try:
            if request.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            spans = to_zipkin(ExportTraceServiceRequest.FromString(body))
        except (DecodeError, OSError, EOFError):
            return JSONResponse({"detail": "Send an OTLP trace export as protobuf."}, 400)
        memory.add(spans)
        if forwarder:
            forwarder.offer(spans)
        return Response(ExportTraceServiceResponse().SerializeToString(), media_type="application/x-protobuf")

    async def traces(request: Request) -> Response:
        key, _, value = request.query_params.get("tag", "").partition(":")
        if not key or not value:
            return JSONResponse({"detail": "Give ?tag=key:value, such as ?tag=sevenstep.visit:<id>"}, 400)
        return JSONResponse(memory.with_tag(key, value))

    async def trace(request: Request) -> Response:
        spans = memory.trace(request.path_params["id"].lower())
        return JSONResponse(spans, 200 if spans else 404)

    async def ready(_: Request) -> Response:
        return JSONResponse({"status": "ready", "dropped": forwarder.dropped if forwarder else 0})

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(forwarder.run()) if forwarder else None
        yield
        if running:
            running.cancel()

    routes = [
        Route("/v1/traces", take, methods=["POST"]),
        Route("/traces", traces),
        Route("/trace/{id}", trace),
        Route("/health/ready", ready),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def create_app() -> Starlette:
    """The bridge as its process runs it; to Zipkin when SEVENSTEP_BRIDGE_ZIPKIN names its address."""
    zipkin = os.environ.get("SEVENSTEP_BRIDGE_ZIPKIN")
    return bridge_app(Memory(), Forwarder(zipkin) if zipkin else None)
