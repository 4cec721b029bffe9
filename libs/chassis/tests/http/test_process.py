"""A whole process with its door, on the real servers: one trace to the last consumer, and life without a broker."""

import asyncio
import importlib.util
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any

import pytest
from chassis import telemetry
from chassis.access import Look, command, reader
from chassis.app import service
from chassis.commands import Call
from chassis.live import end_all, live
from chassis.testing_http import LocalIssuer, client_of
from chassis.testing_live import Watcher
from chassis.unit import Unit
from fastapi import APIRouter, Depends, FastAPI
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel
from starlette.responses import Response

_spec = importlib.util.spec_from_file_location("chassis_toy", Path(__file__).parents[1] / "toy.py")
assert _spec and _spec.loader
toys = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(toys)

pytestmark = pytest.mark.stack


class Value(BaseModel):
    value: int


def counters_router(toy: Any) -> APIRouter:
    router = APIRouter()

    @router.post("/dealers/{dealer_id}/counters/{visit_id}/raise", response_model=Value)
    async def raise_counter(visit_id: str, call: Annotated[Call, Depends(command("advisor"))]) -> Response:
        async def up(unit: Unit) -> Any:
            counter = await unit.find(toys.COUNTERS, visit_id)
            fact = toy.Raised(by=1)
            if counter is None:
                counter = toys.Counter(visit_id, value=1)
                unit.add(toys.COUNTERS, counter, [fact], visit_id=visit_id)
            else:
                counter.value += 1
                unit.save(toys.COUNTERS, counter, [fact], visit_id=visit_id)
            return counter

        return await call.perform(toys.COUNTERS, visit_id, up, lambda counter: Value(value=counter.value))

    @router.get("/dealers/{dealer_id}/counters/{visit_id}", response_model=Value)
    @live(toys.COUNTERS)
    async def read_counter(visit_id: str, look: Annotated[Look, Depends(reader("advisor"))]) -> Value:
        return Value(value=(await look.unit.get(toys.COUNTERS, visit_id)).value)

    return router


@pytest.fixture
async def toy(servers: Any) -> AsyncIterator[Any]:
    toy = toys.Toy(servers)
    toy.make_topic()
    yield toy
    await toy.stop()


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    yield InMemorySpanExporter()
    telemetry.stop()


def the_app(toy: Any, issuer: LocalIssuer, **changed: Any) -> FastAPI:
    settings = toy.settings("announcer", "door").model_copy(update={"trace_ratio": 1.0, **changed})
    return service(
        name=toy.name,
        settings=settings,
        documents=[toys.COUNTERS],
        routers=[counters_router(toy)],
        tokens=issuer.tokens(),
    )


async def within(seconds: float, good: Any) -> None:
    until = time.monotonic() + seconds
    while not await good():
        assert time.monotonic() < until, "it did not happen in time"
        await asyncio.sleep(0.05)


async def test_one_trace_from_http_through_kafka_to_the_last_consumer(
    toy: Any, issuer: LocalIssuer, exporter: InMemorySpanExporter
) -> None:
    app = the_app(toy, issuer)
    telemetry.start(toy.name, app.state.runtime.settings, exporter)
    async with AsyncExitStack() as running:
        client = await running.enter_async_context(client_of(app))
        await running.enter_async_context(app.router.lifespan_context(app))
        listener = await toy.listener({toy.Raised: toy.mirror})

        async def ready() -> bool:
            return (await client.get("/health/ready")).status_code == 200

        await within(20, ready)
        headers = issuer.bearer("advisor") | {"Idempotency-Key": "k1"}
        path = f"/dealers/SH001/counters/{toy.name}/raise"
        first = await client.post(path, headers=headers)
        again = await client.post(path, headers=headers)
        assert (first.status_code, first.json(), again.content) == (200, {"value": 1}, first.content)

        async def mirrored() -> bool:
            mirror = await listener.unit(scope=toys.BY, actor="test").find(toys.MIRRORS, toy.name)
            return mirror is not None and mirror.total == 1

        await within(20, mirrored)
        backlog = await client.get("/ops/backlog", headers=issuer.bearer("operations"))
        assert backlog.status_code == 200
        assert "sevenstep_outbox_pending" in (await client.get("/metrics")).text

    spans = exporter.get_finished_spans()
    door = next(span for span in spans if span.name.startswith("POST ") and span.attributes["sevenstep.visit"])
    consumed = [span for span in spans if span.name.endswith(toy.Raised.wire_type) and span.kind.name == "CONSUMER"]
    assert [span.get_span_context().trace_id for span in consumed] == [door.get_span_context().trace_id]
    assert consumed[0].parent and consumed[0].parent.span_id == door.get_span_context().span_id
    assert dict(consumed[0].attributes or {})["sevenstep.visit"] == toy.name


async def test_a_live_view_shows_what_another_process_wrote(toy: Any, issuer: LocalIssuer) -> None:
    """By the store's own news; nothing is asked while nothing changes, and nothing is left open at the stop."""
    writing, showing = the_app(toy, issuer), the_app(toy, issuer)
    async with (
        client_of(writing) as client,
        writing.router.lifespan_context(writing),
        showing.router.lifespan_context(showing),
    ):

        async def prepared() -> bool:
            return bool(writing.state.runtime.prepared and showing.state.runtime.prepared)

        await within(20, prepared)
        path = f"/dealers/SH001/counters/{toy.name}"

        async def raised(key: str) -> None:
            headers = issuer.bearer("advisor") | {"Idempotency-Key": key}
            assert (await client.post(f"{path}/raise", headers=headers)).status_code == 200

        await raised("k1")
        async with Watcher(showing, path, issuer.bearer("advisor")) as view:
            assert (await view.state())["value"] == 1
            await raised("k2")
            assert (await view.state())["value"] == 2
            end_all()
            assert await view.part() == ""


async def test_without_a_broker_the_process_lives_takes_commands_and_says_so(toy: Any, issuer: LocalIssuer) -> None:
    """A broker that is away delays the facts, never the command that records them."""
    app = the_app(toy, issuer, kafka_bootstrap="127.0.0.1:1", kafka_username="")
    async with client_of(app) as client, app.router.lifespan_context(app):
        headers = issuer.bearer("advisor") | {"Idempotency-Key": "k1"}

        async def taken() -> bool:
            answer = await client.post(f"/dealers/SH001/counters/{toy.name}/raise", headers=headers)
            return answer.status_code == 200

        await within(20, taken)

        async def said() -> bool:
            answer = await client.get("/health/ready")
            return answer.status_code == 503 and any("relay" in reason for reason in answer.json()["reasons"])

        await within(20, said)


async def test_without_a_store_the_process_lives_and_says_so(toy: Any, issuer: LocalIssuer) -> None:
    from pydantic import SecretStr

    app = the_app(
        toy, issuer, mongo_url=SecretStr("mongodb://127.0.0.1:1/?replicaSet=rs0&serverSelectionTimeoutMS=300")
    )
    async with client_of(app) as client, app.router.lifespan_context(app):
        await asyncio.sleep(0.5)
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).json()["reasons"] == ["the store was not reached yet"]
        headers = issuer.bearer("advisor") | {"Idempotency-Key": "k1"}
        answer = await client.post("/dealers/SH001/counters/c/raise", headers=headers)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
