"""Headquarters on the real Kafka and MongoDB: registering, folding other services' facts, explaining (H1, H4, H9)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from chassis.facts import Fact
from chassis.ids import new_id
from chassis.testing_http import LocalIssuer
from chassis.testing_servers import OnServers, until, use_environment
from headquarters.api.dealer_bodies import EXAMPLE
from headquarters.main import build
from headquarters.settings import Settings
from headquarters_journeys import EIGHT, a_day, arrived, interleaved, told

pytestmark = pytest.mark.stack

ISSUER = LocalIssuer()
HEADQUARTERS = ISSUER.bearer("headquarters", dealers=(), reach="network")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WEEK = {"from": "2025-06-23", "to": "2025-06-29"}


class Platform(OnServers):
    """Headquarters, and a dealer of its own whose day is told by hand."""

    def own(self, fact: Fact[Any]) -> Fact[Any]:
        """A fact of the test's day as one of this dealer."""
        visit = f"{self.dealer}-{fact.visit_id}"
        return replace(fact, dealer_id=self.dealer, visit_id=visit, key=visit, id=f"{self.dealer}-{fact.id}")

    async def tell(self, facts: list[Fact[Any]], times: int = 1) -> None:
        """As the services that own them would announce them: each aggregate's facts counted from 1."""
        for fact in map(self.own, facts):
            kept = {"id": fact.id, "actor": fact.actor, "at": fact.at, "recorded_at": fact.recorded_at}
            await self.send(fact.event, fact.visit_id, times=times, traceparent=TRACE, **kept)

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


@pytest.fixture
async def platform(servers: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    use_environment(servers, "headquarters", monkeypatch.setenv)
    settings = Settings(clock="manual", clock_start=EIGHT, otlp_endpoint="", process="headquarters-test")
    async with Platform(servers, build(settings, tokens=ISSUER.tokens())) as platform:
        yield platform


async def test_facts_in_any_legal_order_even_before_their_dealer_give_explained_figures(platform: Platform) -> None:
    """H1, H4, H9, X5: the day of four visits, told while the dealer is not registered yet."""
    order = interleaved(a_day(), Random(11))
    await platform.tell(order[:10])
    await until(platform.at_rest, "the early facts to be read")
    assert (await platform.client.get(f"/dealers/{platform.dealer}", headers=HEADQUARTERS)).status_code == 404
    await platform.register()
    await platform.tell(order[10:])

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
    await platform.tell(arrival, times=2)

    async def counted() -> bool:
        return (await platform.figures())["visits"] >= 1 and await platform.at_rest()

    await until(counted, "the arrival")
    assert (await platform.figures())["visits"] == 1


async def test_a_registered_dealer_is_announced_to_the_others(platform: Platform) -> None:
    """H1."""
    await platform.register()
    ((mine, _),) = await platform.announced("headquarters", platform.dealer)
    assert (mine.type, mine.sequence, mine.dealer_id) == ("headquarters.dealer-registered.v1", 1, platform.dealer)
    assert mine.actor == "headquarters:anna"
