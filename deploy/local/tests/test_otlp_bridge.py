"""OTLP in, Zipkin out."""

import asyncio
import gzip
import json

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status
from sevenstep.otlp_bridge import Forwarder, Memory, bridge_app, to_zipkin

BEGUN = 1_750_000_000_000_000_000


def tag(key: str, **value) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(**value))


def a_span(
    *, trace: int = 1, number: int = 1, parent: int = 0, visit: str = "v1", kind=Span.SPAN_KIND_SERVER, **more
) -> Span:
    return Span(
        trace_id=trace.to_bytes(16),
        span_id=number.to_bytes(8),
        parent_span_id=parent.to_bytes(8) if parent else b"",
        name=f"span {number}",
        kind=kind,
        start_time_unix_nano=BEGUN + number * 1_000_000,
        end_time_unix_nano=BEGUN + number * 1_000_000 + 2_500_000,
        attributes=[tag("visit", string_value=visit)],
        **more,
    )


def an_export(*spans: Span, service: str = "booking") -> ExportTraceServiceRequest:
    resource = Resource(attributes=[tag("service.name", string_value=service)])
    return ExportTraceServiceRequest(
        resource_spans=[ResourceSpans(resource=resource, scope_spans=[ScopeSpans(spans=spans)])]
    )


def test_a_span_keeps_its_service_times_kind_and_parent():
    (span,) = to_zipkin(an_export(a_span(trace=255, number=2, parent=1)))
    assert span["traceId"] == "0" * 30 + "ff"
    assert (span["id"], span["parentId"]) == ("0" * 15 + "2", "0" * 15 + "1")
    assert (span["timestamp"], span["duration"]) == ((BEGUN + 2_000_000) // 1000, 2500)
    assert (span["kind"], span["localEndpoint"]) == ("SERVER", {"serviceName": "booking"})


def test_a_root_span_has_no_parent_and_an_internal_one_no_kind():
    (span,) = to_zipkin(an_export(a_span(kind=Span.SPAN_KIND_INTERNAL)))
    assert "parentId" not in span
    assert "kind" not in span


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"string_value": "v"}, "v"),
        ({"int_value": 7}, "7"),
        ({"bool_value": True}, "true"),
        ({"double_value": 1.5}, "1.5"),
        ({"array_value": ArrayValue(values=[AnyValue(string_value="a"), AnyValue(int_value=2)])}, "a,2"),
        ({}, ""),
    ],
)
def test_every_kind_of_attribute_becomes_a_tag(value, text):
    span = a_span()
    span.attributes.append(tag("other", **value))
    assert to_zipkin(an_export(span))[0]["tags"] == {"visit": "v1", "other": text}


def test_links_errors_and_events_are_not_lost():
    link = Span.Link(trace_id=(9).to_bytes(16), span_id=(8).to_bytes(8))
    event = Span.Event(time_unix_nano=BEGUN, name="parked")
    status = Status(code=Status.STATUS_CODE_ERROR, message="no slot")
    (span,) = to_zipkin(an_export(a_span(links=[link], events=[event], status=status)))
    assert span["tags"]["links"] == f"{'0' * 31}9:{'0' * 15}8"
    assert span["tags"]["error"] == "no slot"
    assert span["annotations"] == [{"timestamp": BEGUN // 1000, "value": "parked"}]


def test_a_producer_names_the_broker_as_its_other_side():
    span = a_span(kind=Span.SPAN_KIND_PRODUCER)
    span.attributes.append(tag("messaging.system", string_value="kafka"))
    assert to_zipkin(an_export(span))[0]["remoteEndpoint"] == {"serviceName": "kafka"}


@pytest.fixture
async def door():
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=bridge_app(Memory(), None)), base_url="http://b"
    ) as door:
        yield door


async def test_a_visits_traces_are_found_over_all_services(door):
    for request in (
        an_export(a_span(trace=1, number=1)),
        an_export(a_span(trace=1, number=2, parent=1, visit="v1"), service="crm"),
        an_export(a_span(trace=2, number=3)),
        an_export(a_span(trace=3, number=4, visit="v2")),
    ):
        assert (await door.post("/v1/traces", content=request.SerializeToString())).status_code == 200
    found = (await door.get("/traces", params={"tag": "visit:v1"})).json()
    assert [[span["localEndpoint"]["serviceName"] for span in trace] for trace in found] == [
        ["booking", "crm"],
        ["booking"],
    ]
    one = (await door.get(f"/trace/{found[0][0]['traceId']}")).json()
    assert one == found[0]


async def test_a_compressed_export_is_read_as_well(door):
    body = gzip.compress(an_export(a_span()).SerializeToString())
    await door.post("/v1/traces", content=body, headers={"content-encoding": "gzip"})
    assert len((await door.get("/traces?tag=visit:v1")).json()) == 1


async def test_an_unknown_trace_is_not_found(door):
    assert (await door.get(f"/trace/{'0' * 32}")).status_code == 404


async def test_a_question_without_a_tag_is_told_how_to_ask(door):
    answer = await door.get("/traces")
    assert answer.status_code == 400
    assert "tag=key:value" in answer.json()["detail"]


async def test_bytes_that_are_no_export_are_refused(door):
    answer = await door.post("/v1/traces", content=b"\xff\xff\xff")
    assert answer.status_code == 400


def test_the_memory_forgets_the_oldest_traces_first():
    memory = Memory(capacity=3)
    for number in range(1, 6):
        memory.add(to_zipkin(an_export(a_span(trace=number, number=number))))
    assert [trace[0]["id"][-1] for trace in memory.with_tag("visit", "v1")] == ["3", "4", "5"]


async def test_a_viewer_that_is_away_never_holds_up_a_service():
    forwarder = Forwarder("http://127.0.0.1:9/api/v2/spans", capacity=2)
    transport = httpx2.ASGITransport(app=bridge_app(Memory(), forwarder))
    async with httpx2.AsyncClient(transport=transport, base_url="http://b") as door:
        for number in range(1, 6):
            content = an_export(a_span(number=number)).SerializeToString()
            assert (await door.post("/v1/traces", content=content)).status_code == 200
        assert (await door.get("/health/ready")).json()["dropped"] == 3


async def test_spans_reach_the_viewer_once_it_is_there():
    taken, calls, arrived = [], [], asyncio.Event()

    async def viewer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        body = await reader.readexactly(length)
        calls.append(body)
        status = b"503 Later" if len(calls) == 1 else b"202 Accepted"
        if len(calls) > 1:
            taken.extend(json.loads(body))
            arrived.set()
        writer.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(viewer, "127.0.0.1", 0)
    forwarder = Forwarder(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v2/spans", pause=0.05)
    running = asyncio.create_task(forwarder.run())
    forwarder.offer(to_zipkin(an_export(a_span())))
    async with asyncio.timeout(10):
        await arrived.wait()
    running.cancel()
    server.close()
    assert [span["name"] for span in taken] == ["span 1"]
    assert len(calls) == 2
