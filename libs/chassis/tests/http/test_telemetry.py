"""One trace per command and its effects; a visit is kept or left as a whole; nothing personal is in it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest
from chassis import logs, telemetry
from chassis.door import about
from chassis.settings import ServiceSettings
from chassis.testing import a_fact
from chassis.testing_http import LocalIssuer
from contracts.workshop import SelfCheckPassed
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from pydantic import BaseModel

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = PARENT[:-1] + "0"


class Spans:
    """The spans that were kept."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()

    def keep(self, ratio: float) -> "Spans":
        telemetry.start("booking", ServiceSettings(trace_ratio=ratio), self.exporter)
        return self

    @property
    def ended(self) -> list[ReadableSpan]:
        provider = telemetry._tracing.provider
        assert provider is not None
        provider.force_flush()
        return list(self.exporter.get_finished_spans())


@pytest.fixture
def spans(app: Any) -> Iterator[Spans]:
    """After ``app``, whose assembly starts telemetry by its own settings."""
    yield Spans()
    telemetry.stop()


def parent_id(span: ReadableSpan) -> str:
    return f"{span.parent.span_id:016x}" if span.parent else ""


def trace_id(span: ReadableSpan) -> str:
    return f"{span.get_span_context().trace_id:032x}"


async def test_a_request_is_one_span_named_by_its_template(client: Any, issuer: LocalIssuer, spans: Spans) -> None:
    spans.keep(1.0)
    answer = await client.get("/dealers/SH001/notes/visit-7", headers=issuer.bearer("advisor"))
    [span] = spans.ended
    assert (span.name, span.kind) == ("GET /dealers/{dealer_id}/notes/{visit_id}", SpanKind.SERVER)
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/dealers/{dealer_id}/notes/{visit_id}",
        "http.response.status_code": 404,
        "sevenstep.dealer": "SH001",
        "sevenstep.visit": "visit-7",
    }
    assert trace_id(span) == answer.json()["trace_id"]
    assert dict(span.resource.attributes)["service.name"] == "booking"


@pytest.mark.parametrize(("header", "kept"), [(PARENT, 1), (UNSAMPLED, 0)])
async def test_the_callers_decision_stands(header: str, kept: int, client: Any, issuer: Any, spans: Spans) -> None:
    spans.keep(0.0 if kept else 1.0)
    headers = issuer.bearer("advisor") | {"traceparent": header}
    answer = await client.get("/dealers/SH001/notes/visit-7", headers=headers)
    assert answer.json()["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert [parent_id(span) for span in spans.ended] == ["b7ad6b7169203331"] * kept


@pytest.mark.parametrize("header", ["", "nonsense", "00-" + "0" * 32 + "-b7ad6b7169203331-01", PARENT + "-more", "ÿ"])
async def test_a_broken_traceparent_begins_a_new_trace(header: str, client: Any, issuer: Any, spans: Spans) -> None:
    spans.keep(1.0)
    headers = issuer.bearer("advisor") | {"traceparent": header.encode("latin-1")}
    answer = await client.get("/dealers/SH001/notes/visit-7", headers=headers)
    [span] = spans.ended
    assert (span.parent, trace_id(span)) == (None, answer.json()["trace_id"])


async def test_health_and_figures_make_no_spans(client: Any, spans: Spans) -> None:
    spans.keep(1.0)
    for path in ("/health/live", "/health/ready", "/metrics", "/docs", "/openapi.json"):
        assert (await client.get(path)).status_code == 200
    assert spans.ended == []


def test_a_visit_is_kept_or_left_as_a_whole(spans: Spans) -> None:
    spans.keep(0.3)
    visits = [f"visit-{n}" for n in range(4000)]
    kept = [telemetry.keeps(visit) for visit in visits]
    assert kept == [telemetry.keeps(visit) for visit in visits]
    assert 0.26 < sum(kept) / len(kept) < 0.34


@pytest.mark.parametrize(("ratio", "expected"), [(0.0, False), (1.0, True)])
def test_the_ends_of_the_ratio_are_exact(ratio: float, expected: bool, spans: Spans) -> None:
    spans.keep(ratio)
    assert {telemetry.keeps(visit) for visit in (None, *(f"v{n}" for n in range(300)))} == {expected}


def test_a_fact_is_handled_in_the_trace_of_its_command(spans: Spans) -> None:
    spans.keep(0.0)
    fact = replace(a_fact(SelfCheckPassed(technician="T1")), traceparent=PARENT)
    with telemetry.fact_span(fact, "reception.workshop"):
        carried_on = telemetry.current_traceparent()
    [span] = spans.ended
    assert (trace_id(span), parent_id(span), span.kind) == (PARENT[3:35], PARENT[36:52], SpanKind.CONSUMER)
    assert carried_on == f"00-{PARENT[3:35]}-{span.get_span_context().span_id:016x}-01"


def test_what_an_unsampled_fact_causes_stays_unsampled_in_the_same_trace(spans: Spans) -> None:
    spans.keep(1.0)
    fact = replace(a_fact(SelfCheckPassed(technician="T1")), traceparent=UNSAMPLED)
    with telemetry.relay_span("workshop.events", fact.type, UNSAMPLED), telemetry.fact_span(fact, "reception.workshop"):
        assert telemetry.current_traceparent() == UNSAMPLED
        assert telemetry.current_trace_id() == UNSAMPLED[3:35]
    assert (telemetry.current_traceparent(), telemetry.current_trace_id()) == ("", "")
    assert spans.ended == []


def test_outside_any_span_there_is_no_trace() -> None:
    assert (telemetry.current_traceparent(), telemetry.current_trace_id()) == ("", "")


def test_an_error_marks_its_span_without_its_words(spans: Spans) -> None:
    spans.keep(1.0)
    with pytest.raises(ValueError, match="Zhang"), telemetry.span("work"):
        raise ValueError("Zhang 13800000000")
    [span] = spans.ended
    assert span.status.description == "ValueError"
    assert "13800000000" not in span.to_json()


def test_a_request_that_is_not_kept_costs_next_to_nothing(spans: Spans) -> None:
    spans.keep(0.0)

    def seconds(times: int) -> float:
        began = perf_counter()
        for _ in range(times):
            with telemetry.span("GET", SpanKind.SERVER, dealer_id="SH001", visit_id="visit-1"):
                pass
        return (perf_counter() - began) / times

    seconds(200)
    assert min(seconds(500) for _ in range(5)) < 100e-6, "tens of microseconds at most, against 600 when recorded"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"dealer_id": "SH001", "visit_id": "v-1"}, ("SH001", "v-1")),
        ({"dealer_id": "SH001", "id": "n1"}, ("SH001", None)),
        ({"visit": "v-9"}, (None, "v-9")),
        ({}, (None, None)),
        ({"dealer_id": "S" * 32, "visit_id": "v" * 64}, ("S" * 32, "v" * 64)),
        ({"dealer_id": "S" * 33, "visit_id": "v" * 65}, (None, None)),
    ],
)
def test_a_span_tells_the_dealer_and_the_visit_in_the_path_when_they_can_be_ids(
    values: dict[str, str], told: tuple[str | None, str | None]
) -> None:
    assert about(values) == told


# --- logs ------------------------------------------------------------------------------------------------------------


def test_a_log_line_carries_process_trace_dealer_and_visit(capsys: pytest.CaptureFixture[str]) -> None:
    import structlog

    logs.start("booking", "booking-2")
    with telemetry.span("work", dealer_id="SH001", visit_id="v-1"):
        structlog.get_logger().info("done", count=3)
        trace = telemetry.current_trace_id()
    line = json.loads(capsys.readouterr().out)
    told = {name: line[name] for name in ("event", "count", "service", "process", "trace_id", "dealer", "visit")}
    assert told == {
        "event": "done",
        "count": 3,
        "service": "booking",
        "process": "booking-2",
        "trace_id": trace,
        "dealer": "SH001",
        "visit": "v-1",
    }


def test_libraries_log_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    import logging

    logs.start("booking", "booking-1")
    logging.getLogger("pymongo.topology").warning("no primary")
    assert json.loads(capsys.readouterr().out)["logger"] == "pymongo.topology"


class Person(BaseModel):
    age: int


def test_a_logged_validation_error_does_not_repeat_the_input(capsys: pytest.CaptureFixture[str]) -> None:
    import structlog

    logs.start("booking", "booking-1")
    try:
        Person.model_validate({"age": "13800000000 Zhang"})
    except ValueError:
        structlog.get_logger().exception("failed")
    out = capsys.readouterr().out
    assert "age: int_parsing" in out
    assert "13800000000" not in out
