"""Reception on the real Kafka and MongoDB: a visit from appointment to delivery, with facts that come too early."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from chassis.ids import new_id
from chassis.testing_http import LocalIssuer
from chassis.testing_servers import OnServers, until, use_environment
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


class Platform(OnServers):
    """The counter of a dealer of its own."""

    bearer: dict[str, str]

    async def customer(self) -> Person:
        sealer = self.runtime.sealer
        person_id = sealer.person_id(self.dealer, PHONE)
        name, phone = await sealer.seal(person_id, NAME), await sealer.seal(person_id, PHONE)
        return Person(person_id=person_id, name=name, phone=phone)

    async def get(self, path: str) -> Any:
        return await self.ask(path, self.bearer)

    async def post(self, path: str, body: dict[str, Any], status: int = 200) -> Any:
        answer = await self.order(path, body, self.bearer)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def arrives(self, visit: str) -> None:
        """As an advisor's app does it: again until the appointment is known."""

        async def received() -> bool:
            answer = await self.order("/arrivals", {"visit_id": visit}, self.bearer, key=visit)
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

    async def counted(self, visit: str) -> list[int]:
        """How many facts the visit and its repair order have announced, all of them acknowledged by Kafka."""
        await until(self.at_rest, "an empty outbox")
        raws = [await self.runtime.database[docs.name].find_one({"_id": visit}) for docs in (VISITS, REPAIR_ORDERS)]
        return [raw["_sequence"] if raw else 0 for raw in raws]


@pytest.fixture
async def platform(servers: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    use_environment(servers, "reception", monkeypatch.setenv)
    settings = Settings(clock="manual", clock_start=NINE, otlp_endpoint="", process="reception-test")
    async with Platform(servers, build(settings, tokens=ISSUER.tokens())) as platform:
        platform.bearer = ISSUER.bearer("advisor", dealers=(platform.dealer,))
        yield platform


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
    assert evidence["unbroken"] and len(evidence["items"]) == 2
    # Arrived, greeted, asked, walk-around completed; opened, parts asked, issued, authorised, to be picked up, checked,
    # delivered.
    assert await platform.counted(visit) == [4, 7]


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
    shown = (await platform.client.get(f"/links/{token}")).json()["text_sha256"]
    yes = {"accept": ["L1"], "decline": [{"line_id": "L2", "reason": "LATER"}], "text_sha256": shown}
    answers = [await platform.client.post(f"/links/{token}", json=yes) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    # Opened, parts asked, issued, authorised, declined, fewer parts asked.
    assert await platform.counted(visit) == [4, 6]


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


async def test_a_photo_is_kept_by_the_real_store_sealed_and_given_out_as_it_was(platform: Platform) -> None:
    """R5, C15: several chunks of it, in one write with the visit; no byte of it in plain."""
    await platform.send(a_registration(), None)
    visit = new_id()
    await platform.send(an_appointment().model_copy(update={"customer": await platform.customer()}), visit)
    await platform.arrives(visit)
    image = b"\x89PNG\r\n\x1a\n" + b"what was seen " * 50_000
    path, kind = f"/dealers/{platform.dealer}/visits/{visit}/photos", {"Content-Type": "image/png"}
    headers = {**platform.bearer, **kind, "Idempotency-Key": new_id()}
    answers = [
        await platform.client.post(path, content=image, params={"station": "FRONT"}, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].text
    assert answers[0].json() == answers[1].json()
    kept = answers[0].json()
    chunks = await platform.runtime.database["photos.chunks"].find({"files_id": kept["photo_id"]}).to_list()
    assert len(chunks) == 3 and not any(b"what was seen" in chunk["data"] for chunk in chunks)
    file = await platform.get(f"/visits/{visit}/{kept['photo']}")
    assert file.content == image and file.headers["content-type"] == "image/png"
    removed = await platform.post(f"/visits/{visit}/{kept['photo']}/removal", {"reason": "TWICE"})
    assert removed["photos"] == []
    assert await platform.runtime.database["photos.chunks"].count_documents({"files_id": kept["photo_id"]}) == 0
    # Arrived, photo kept, photo removed.
    assert await platform.counted(visit) == [3, 0]
