"""One trace leads from the click to the last effect (X6)."""

from typing import Any

import pytest
from network import Network
from visit import Visit

pytestmark = pytest.mark.journey

Span = dict[str, Any]


async def test_one_trace_leads_from_the_delivery_to_every_service_that_hears_of_it(
    network: Network, disappointed: Visit
) -> None:
    """X6: a click at the counter; booking, workshop, crm, survey and headquarters take the fact in."""
    trace = await _trace_of(
        network, disappointed, "reception", "/dealers/{dealer_id}/visits/{visit_id}/delivery", spans=7
    )
    (root,) = [span for span in trace if span["kind"] == "SERVER"]
    (sent,) = [span for span in trace if span["kind"] == "PRODUCER"]
    taken_in = [span for span in trace if span["kind"] == "CONSUMER"]
    assert "parentId" not in root
    assert sent["parentId"] == root["id"]
    assert {_service(span) for span in taken_in} == {"booking", "workshop", "crm", "survey", "headquarters"}
    assert {span["parentId"] for span in taken_in} <= {root["id"], sent["id"]}
    assert all(span["timestamp"] >= root["timestamp"] for span in trace)


async def test_one_trace_leads_from_the_customers_answer_to_the_complaint_at_headquarters(
    network: Network, disappointed: Visit
) -> None:
    """X6, V4: survey answers the click, crm opens the case because of it, headquarters counts the case."""
    trace = await _trace_of(network, disappointed, "survey", "/links/{token}", spans=8)
    spans = {span["id"]: span for span in trace}
    (last,) = [span for span in trace if _service(span) == "headquarters" and "crm.complaint-opened" in span["name"]]
    way = [last]
    while "parentId" in way[-1]:
        way.append(spans[way[-1]["parentId"]])
    assert list(dict.fromkeys(_service(span) for span in way)) == ["headquarters", "crm", "survey"]
    assert way[-1]["kind"] == "SERVER"
    assert all(span["parentId"] in spans for span in trace if span is not way[-1])


async def test_every_fact_of_a_visit_tells_its_trace(network: Network, disappointed: Visit) -> None:
    """X2, X6: the story's traces are the ones that the visit's spans are in."""
    told = {line["trace_id"] for line in await disappointed.story()}
    known = {trace[0]["traceId"] for trace in await _traces(network, disappointed)}
    assert told <= known


async def _trace_of(network: Network, visit: Visit, service: str, path: str, spans: int) -> list[Span]:
    """The trace of one command; processes send their spans once a second."""

    async def find() -> list[Span]:
        found = [trace for trace in await _traces(network, visit) if _begins_with(trace, service, path)]
        return found[-1] if found else []

    return await network.eventually(find, lambda trace: len(trace) >= spans)


def _begins_with(trace: list[Span], service: str, path: str) -> bool:
    first = trace[0]
    return first.get("kind") == "SERVER" and _service(first) == service and first["name"] == f"POST {path}"


async def _traces(network: Network, visit: Visit) -> list[list[Span]]:
    bridge = network.platform.description.otlp
    answer = await network.http.get(f"{bridge}/traces", params={"tag": f"sevenstep.visit:{visit.id}"})
    return answer.json()


def _service(span: Span) -> str:
    return span["localEndpoint"]["serviceName"]
