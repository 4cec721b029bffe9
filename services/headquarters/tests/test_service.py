"""Headquarters on the real Kafka and MongoDB: registering, folding other services' facts, explaining (H1, H4, H9)."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from random import Random
from time import monotonic
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from chassis.facts import Fact
from chassis.ids import new_id
from chassis.kafka import Broker
from chassis.runtime import Runtime
from chassis.testing_http import LocalIssuer, client_of
from contracts.envelope import Envelope, from_headers, to_headers
from contracts.event import topic_of
from headquarters.api.dealer_bodies import EXAMPLE
from headquarters.main import build
from headquarters.settings import Settings
from headquarters_journeys import EIGHT, a_day, arrived, interleaved, told

pytestmark = pytest.mark.stack

ISSUER = LocalIssuer()
HEADQUARTERS = ISSUER.bearer("headquarters", dealers=(), reach="network")
WEEK = {"from": "2025-06-23", "to": "2025-06-29"}


class Platform:
    """Headquarters in this process, and the other services' facts sent by hand to a dealer of its own."""

    def __init__(self, servers: Any, settings: Settings) -> None:
        self.dealer = f"T{uuid.uuid4().hex[:8].upper()}"
        self.app = build(settings, tokens=ISSUER.tokens())
        self.runtime: Runtime = self.app.state.runtime
        kafka = servers.kafka
        self.kafka = kafka
        self.producer = Broker(kafka["bootstrap"], kafka["username"], kafka["password"]).producer("test")
        self.client = client_of(self.app)
        self.sequences: dict[tuple[str, str], int] = defaultdict(int)

    def own(self, fact: Fact[Any]) -> Fact[Any]:
        """A fact of the test's day as one of this dealer."""
        visit = f"{self.dealer}-{fact.visit_id}"
        return replace(fact, dealer_id=self.dealer, visit_id=visit, key=visit, id=f"{self.dealer}-{fact.id}")

    async def send(self, facts: list[Fact[Any]]) -> None:
        """As the services that own them would announce them: each aggregate's facts counted from 1."""
        for fact in map(self.own, facts):
            self.sequences[fact.event.service, fact.key] += 1
            envelope = Envelope(
                id=fact.id,
                type=fact.type,
                dealer_id=fact.dealer_id,
                visit_id=fact.visit_id,
                actor=fact.actor,
                aggregate="visit",
                key=fact.key,
                sequence=self.sequences[fact.event.service, fact.key],
                at=fact.at,
                recorded_at=fact.recorded_at,
                traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            )
            body, topic = fact.event.model_dump_json().encode(), topic_of(fact.event.service)
            await self.producer.send_and_wait(topic, body, key=fact.key.encode(), headers=to_headers(envelope))

    async def register(self) -> dict[str, Any]:
        body = {**EXAMPLE, "dealer_id": self.dealer, "area": self.dealer}
        answer = await self.client.post("/dealers", json=body, headers={**HEADQUARTERS, "Idempotency-Key": new_id()})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def get(self, path: str, **query: str) -> Any:
        answer = await self.client.get(path, params=query, headers=HEADQUARTERS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def figures(self) -> dict[str, Any]:
        answer = await self.get(f"/dealers/{self.dealer}/figures", **WEEK)
        return {name: figure["value"] for name, figure in answer["figures"].items()}

    async def read_all(self) -> bool:
        backlog = await self.runtime.backlog()
        return not (backlog["pending_events"] or backlog["lag"])


async def until(holds: Callable[[], Awaitable[bool]], what: str, seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not await holds():
        assert monotonic() < end, f"still waiting for {what}"
        await asyncio.sleep(0.1)


@pytest.fixture
async def platform(servers: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    for name, value in servers.environment["headquarters"].items():
        monkeypatch.setenv(name, value)
    # The same process name each time: the broker gives a returning member its partitions at once.
    settings = Settings(clock="manual", clock_start=EIGHT, otlp_endpoint="", process="headquarters-test")
    platform = Platform(servers, settings)
    await platform.producer.start()
    async with platform.app.router.lifespan_context(platform.app):

        async def up() -> bool:
            return platform.runtime.prepared and not platform.runtime.healthy()

        await until(up, "the service")
        yield platform
    await platform.producer.stop()
    await platform.client.aclose()


async def test_facts_in_any_legal_order_even_before_their_dealer_give_explained_figures(platform: Platform) -> None:
    """H1, H4, H9, X5: the day of four visits, told while the dealer is not registered yet."""
    order = interleaved(a_day(), Random(11))
    await platform.send(order[:10])
    await until(platform.read_all, "the early facts to be read")
    assert (await platform.client.get(f"/dealers/{platform.dealer}", headers=HEADQUARTERS)).status_code == 404
    await platform.register()
    await platform.send(order[10:])

    expected = {
        "visits": 3,
        "booking_rate": round(2 / 3, 6),
        "no_show_rate": round(1 / 3, 6),
        "deliveries": 2,
        "first_time_fix_rate": 0.5,
        "on_time_rate": 0.5,
        "lead_time_minutes": 324.5,
        "satisfaction": 61.75,
        "open_complaints": 1,
    }

    story = f"/dealers/{platform.dealer}/visits/{platform.dealer}-v1/story"

    async def complete() -> bool:
        found = await platform.figures()
        return {name: found[name] for name in expected} == expected and len((await platform.get(story))["items"]) == 6

    await until(complete, "the figures and the story")
    rows = (await platform.get(f"/dealers/{platform.dealer}/figures/satisfaction/events", **WEEK))["items"]
    score = sum(row["amount"] for row in rows if row["part"] == "score")
    assert score / sum(row["amount"] for row in rows if row["part"] == "answers") == expected["satisfaction"]

    area = await platform.get("/network/figures", area=platform.dealer, **WEEK)
    assert area["network"]["visits"]["value"] == 3
    visits = (await platform.get(f"/dealers/{platform.dealer}/visits", day="2025-06-23"))["items"]
    assert sorted(visit["outcome"] for visit in visits) == ["ARRIVED", "FOLLOWED_UP", "FOLLOWED_UP", "NO_SHOW"]
    lines = (await platform.get(story))["items"]
    assert {line["trace_id"] for line in lines} == {"0af7651916cd43dd8448eb211c80319c"}


async def test_a_fact_delivered_twice_counts_once(platform: Platform) -> None:
    """H9: the inbox knows it."""
    await platform.register()
    arrival = told("v9", (0, arrived()))
    await platform.send(arrival)
    platform.sequences.clear()
    await platform.send(arrival)

    async def counted() -> bool:
        return (await platform.figures())["visits"] >= 1 and await platform.read_all()

    await until(counted, "the arrival")
    assert (await platform.figures())["visits"] == 1


async def test_a_registered_dealer_is_announced_to_the_others(platform: Platform) -> None:
    """H1."""
    await platform.register()
    listener = AIOKafkaConsumer(
        "headquarters.events",
        auto_offset_reset="earliest",
        bootstrap_servers=platform.kafka["bootstrap"],
        security_protocol=platform.kafka["security_protocol"],
        sasl_mechanism=platform.kafka["sasl_mechanism"],
        sasl_plain_username=platform.kafka["username"],
        sasl_plain_password=platform.kafka["password"],
    )
    await listener.start()
    try:
        found: list[Envelope] = []

        async def announced() -> bool:
            for records in (await listener.getmany(timeout_ms=200)).values():
                found.extend(from_headers(record.headers) for record in records)
            return any(envelope.key == platform.dealer for envelope in found)

        await until(announced, "the registration")
    finally:
        await listener.stop()
    (mine,) = [envelope for envelope in found if envelope.key == platform.dealer]
    assert (mine.type, mine.sequence, mine.dealer_id) == ("headquarters.dealer-registered.v1", 1, platform.dealer)
    assert mine.actor == "headquarters:anna"
