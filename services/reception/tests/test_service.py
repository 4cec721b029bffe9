"""Reception on the real Kafka and MongoDB: a visit from appointment to delivery, with facts that come too early."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from chassis.ids import new_id
from chassis.kafka import Broker
from chassis.runtime import Runtime
from chassis.testing_http import LocalIssuer, client_of
from contracts.envelope import Envelope, to_headers
from contracts.event import Event, topic_of
from contracts.values import Person
from contracts.workshop import QualityCheckPassed, VehicleReady, WorkFinished
from reception.domain.delivery import DELIVERY_CHECKS
from reception.main import build
from reception.settings import Settings
from reception.storage.collections import REPAIR_ORDERS, VISITS
from reception_builders import NINE, a_draft
from reception_counter import a_registration, an_appointment
from reception_requests import LINE, QUESTIONNAIRE, STATIONS

pytestmark = pytest.mark.stack

ISSUER = LocalIssuer()
PHONE, NAME = "+8613800138000", "Zhang Wei"


class Platform:
    """The service in this process with a dealer of its own; the other services' facts are sent by hand."""

    def __init__(self, servers: Any, settings: Settings) -> None:
        self.dealer = f"T{uuid.uuid4().hex[:8].upper()}"
        self.app = build(settings, tokens=ISSUER.tokens())
        self.runtime: Runtime = self.app.state.runtime
        kafka = servers.kafka
        self.producer = Broker(kafka["bootstrap"], kafka["username"], kafka["password"]).producer("test")
        self.client = client_of(self.app)
        self.bearer = ISSUER.bearer("advisor", dealers=(self.dealer,))
        self.sequences: Counter[tuple[str, str]] = Counter()

    @property
    def now(self) -> datetime:
        return self.runtime.clock.now()

    async def send(self, event: Event, visit_id: str | None) -> None:
        """As the service that owns the fact would announce it."""
        key = visit_id or self.dealer
        self.sequences[event.service, key] += 1
        envelope = Envelope(
            id=new_id(),
            type=event.wire_type,
            dealer_id=self.dealer,
            visit_id=visit_id,
            actor="system:test",
            aggregate="visit" if visit_id else "dealer",
            key=key,
            sequence=self.sequences[event.service, key],
            at=self.now,
            recorded_at=self.now,
        )
        body = event.model_dump_json().encode()
        await self.producer.send_and_wait(topic_of(event.service), body, key=key.encode(), headers=to_headers(envelope))

    async def customer(self) -> Person:
        sealer = self.runtime.sealer
        person_id = sealer.person_id(self.dealer, PHONE)
        name, phone = await sealer.seal(person_id, NAME), await sealer.seal(person_id, PHONE)
        return Person(person_id=person_id, name=name, phone=phone)

    async def get(self, path: str) -> Any:
        return await self.client.get(f"/dealers/{self.dealer}{path}", headers=self.bearer)

    async def post(self, path: str, body: dict[str, Any], status: int = 200) -> Any:
        headers = {**self.bearer, "Idempotency-Key": new_id()}
        answer = await self.client.post(f"/dealers/{self.dealer}{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def arrives(self, visit: str) -> None:
        """As an advisor's app does it: again until the appointment is known."""

        async def received() -> bool:
            headers = {**self.bearer, "Idempotency-Key": visit}
            path = f"/dealers/{self.dealer}/arrivals"
            answer = await self.client.post(path, json={"visit_id": visit}, headers=headers)
            assert answer.status_code == 201 or answer.json()["code"] in ("appointment-unknown", "dealer-unknown")
            return answer.status_code == 201

        await until(received, "the appointment")

    async def checks_in(self, visit: str) -> None:
        await self.post(f"/visits/{visit}/greeting", {"advisor": "anna"})
        await self.post(f"/visits/{visit}/questionnaire", QUESTIONNAIRE)
        for station, seen in STATIONS.items():
            await self.post(f"/visits/{visit}/walk-around/stations/{station}", seen)
        await self.post(f"/visits/{visit}/walk-around/signature", {"signature": "signatures/1"})

    async def state_of(self, visit: str) -> str:
        return (await self.get(f"/visits/{visit}/repair-order")).json()["state"]

    async def at_rest(self) -> bool:
        backlog = await self.runtime.backlog()
        return not (backlog["pending_events"] or backlog["lag"])

    async def announced(self, visit: str) -> list[int]:
        """How many facts the visit and its repair order have announced, all of them acknowledged by Kafka."""
        await until(self.at_rest, "an empty outbox")
        raws = [await self.runtime.database[docs.name].find_one({"_id": visit}) for docs in (VISITS, REPAIR_ORDERS)]
        return [raw["_sequence"] if raw else 0 for raw in raws]


async def until(holds: Callable[[], Awaitable[bool]], what: str, seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not await holds():
        assert monotonic() < end, f"still waiting for {what}"
        await asyncio.sleep(0.1)


@pytest.fixture
async def platform(servers: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    for name, value in servers.environment["reception"].items():
        monkeypatch.setenv(name, value)
    process = f"reception-{uuid.uuid4().hex[:6]}"
    settings = Settings(clock="manual", clock_start=NINE, otlp_endpoint="", process=process)
    platform = Platform(servers, settings)
    await platform.producer.start()
    async with platform.app.router.lifespan_context(platform.app):

        async def up() -> bool:
            return platform.runtime.prepared and not platform.runtime.healthy()

        await until(up, "the service")
        yield platform
    await platform.producer.stop()
    await platform.client.aclose()


async def test_a_visit_goes_from_appointment_to_delivery_although_the_workshops_facts_come_first(
    platform: Platform,
) -> None:
    """R1-R16, X5: the workshop's facts wait for the order and its authorisation."""
    visit, hours = new_id(), a_draft().hours
    await platform.send(WorkFinished(line_id="L1", technician="tim", worked=hours, flat_rate=hours), visit)
    await platform.send(QualityCheckPassed(inspector="ines", road_test=False), visit)
    await platform.send(VehicleReady(lines=("L1",)), visit)
    await until(platform.at_rest, "the early facts to be read")

    await platform.send(a_registration(), None)
    await platform.send(an_appointment().model_copy(update={"customer": await platform.customer()}), visit)
    await platform.arrives(visit)
    await platform.checks_in(visit)
    order = await platform.post(f"/visits/{visit}/repair-order", {"lines": [LINE]}, status=201)
    assert datetime.fromisoformat(order["promised_at"]) > platform.now
    await platform.post(f"/visits/{visit}/estimates", {"contingency_percent": 10}, status=201)
    assert await platform.state_of(visit) == "OPEN"
    chosen = {"accept": ["L1"], "signature": "signatures/2"}
    await platform.post(f"/visits/{visit}/estimates/1/authorisation", chosen)

    async def ready() -> bool:
        return await platform.state_of(visit) == "READY"

    await until(ready, "the facts that waited")
    await platform.post(f"/visits/{visit}/delivery-checks", {"confirmed": list(DELIVERY_CHECKS)})
    delivered = await platform.post(f"/visits/{visit}/delivery", {})
    assert delivered["charged"]["amount"] == 35000 and delivered["authorised_total"]["amount"] == 38500
    evidence = (await platform.get(f"/visits/{visit}/evidence")).json()
    assert evidence["unbroken"] and len(evidence["items"]) == 1
    # Arrived, walk-around completed; opened, issued, authorised, delivered.
    assert await platform.announced(visit) == [2, 4]


async def test_the_customers_link_works_on_the_real_store(platform: Platform) -> None:
    """R12: the link that crm would send; the customer's decision is announced once however often it is sent."""
    visit = new_id()
    await platform.send(a_registration(), None)
    await platform.send(an_appointment().model_copy(update={"customer": await platform.customer()}), visit)
    await platform.arrives(visit)
    await platform.checks_in(visit)
    await platform.post(f"/visits/{visit}/repair-order", {"lines": [LINE, LINE]}, status=201)
    await platform.post(f"/visits/{visit}/estimates", {}, status=201)
    expires_at = platform.now + timedelta(hours=1)
    token = platform.runtime.links.sign("authorisation", platform.dealer, visit, expires_at, version="1")
    yes = {"accept": ["L1"], "decline": [{"line_id": "L2", "reason": "LATER"}]}
    answers = [await platform.client.post(f"/links/{token}", json=yes) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    # Opened, issued, authorised, declined.
    assert await platform.announced(visit) == [2, 4]


async def test_nothing_personal_is_in_the_store_in_plain_text(platform: Platform) -> None:
    """C15: name, phone and words are sealed in documents, outboxes and kept answers."""
    await platform.send(a_registration(), None)

    async def known() -> bool:
        return (await platform.get("/queue")).status_code == 200 and await platform.at_rest()

    await until(known, "the dealer")
    walk_in = {
        "customer": {"name": NAME, "phone": PHONE},
        "vehicle": {"vin": "JT1234567890ABCDE", "plate": "沪A12345", "model": "AE100"},
        "intent": "PAID_REPAIR",
        "concern": "canary-at-the-counter",
    }
    visit = (await platform.post("/arrivals", walk_in, status=201))["visit_id"]
    await platform.checks_in(visit)
    assert (await platform.get(f"/visits/{visit}")).json()["customer"]["name"] == NAME
    stored = [
        str(await platform.runtime.database[name].find({"dealer_id": platform.dealer}).to_list())
        for name in await platform.runtime.database.list_collection_names()
    ]
    assert any(visit in text for text in stored)
    for canary in (NAME, PHONE, "canary-at-the-counter", QUESTIONNAIRE["own_words"]):
        assert not any(str(canary) in text for text in stored)
