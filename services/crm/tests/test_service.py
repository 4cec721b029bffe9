"""Customer relations on the real Kafka and MongoDB: facts in, people contacted or left in peace (C1, C3, C4, C5)."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from chassis.testing_http import LocalIssuer
from chassis.testing_servers import OnServers, until, use_environment
from contracts import booking
from contracts.event import Event
from contracts.values import Person, Sealed
from crm.domain.quiet_hours import next_at
from crm.main import build
from crm.settings import Settings
from crm_builders import NIGHT, SHANGHAI, confirmed, follow_up_due, low_score, order_opened, registered

pytestmark = pytest.mark.stack

ISSUER = LocalIssuer()
PHONE = "+8613800138000"


class Platform(OnServers):
    """Customer relations with a dealer and one customer of its own."""

    @property
    def person_id(self) -> str:
        return self.runtime.sealer.person_id(self.dealer, PHONE)

    @property
    def agent(self) -> dict[str, str]:
        return ISSUER.bearer("agent", dealers=(self.dealer,))

    async def tell(self, event: Event, visit: str | None = "visit-1") -> str:
        """A fact about one of this dealer's visits."""
        return await self.send(event, f"{self.dealer}-{visit}" if visit else None)

    async def seal(self, text: str) -> Sealed:
        return await self.runtime.sealer.seal(self.person_id, text)

    async def person(self) -> Person:
        return Person(person_id=self.person_id, name=await self.seal("Zhang Wei"), phone=await self.seal(PHONE))

    async def get(self, path: str, **query: str) -> Any:
        answer = await self.ask(path, self.agent, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self.order(path, body, self.agent)
        assert answer.is_success, answer.text
        return answer.json()

    async def contacts(self, **query: str) -> list[dict[str, Any]]:
        return (await self.get("/contacts", **query))["items"]

    async def states(self) -> dict[str, str]:
        """Purpose -> what became of it."""
        return {contact["purpose"]: contact["state"] for contact in await self.contacts()}

    async def move_to(self, clock: time) -> datetime:
        """Business time goes on to the next instant at which the dealer's clock shows this."""
        await self.runtime.move_clock(next_at(clock, self.runtime.clock.now(), SHANGHAI))
        return self.runtime.clock.now()


@pytest.fixture
async def platform(servers: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    use_environment(servers, "crm", monkeypatch.setenv)
    settings = Settings(clock="manual", clock_start=NIGHT, otlp_endpoint="", process="crm-test")
    async with Platform(servers, build(settings, tokens=ISSUER.tokens())) as platform:
        yield platform


async def test_facts_become_contacts_complaints_hold_them_back_and_all_is_in_the_history(platform: Platform) -> None:
    """C1, C3, C4, C5, B9, V1, V4: one customer's story, with facts that come before their prerequisites."""
    person = await platform.person()
    now = await platform.move_to(time(23))
    expires = now + timedelta(days=30)
    due = follow_up_due(
        expires, person_id=platform.person_id, link=await platform.seal("https://example.invalid/links/1")
    )

    # The survey's fact is here before the dealer and the customer are known: it waits.
    early = await platform.tell(due)
    await until(platform.at_rest, "the early fact to be read")
    assert (await platform.get("/customers", phone=PHONE))["items"] == []
    await platform.tell(registered(), None)
    await platform.tell(confirmed(customer=person, arrival=now + timedelta(days=1)))
    await platform.tell(order_opened(customer=person))

    async def decided() -> bool:
        return bool(await platform.contacts())

    await until(decided, "the waiting fact")
    (contact,) = await platform.contacts()
    assert (contact["contact_id"], contact["state"], contact["rule"]) == (early, "POSTPONED", "quiet-hours")

    # At the end of the quiet hours the message leaves by itself.
    await platform.move_to(time(9))

    async def sent() -> bool:
        return (await platform.states()).get("SURVEY") == "SENT"

    await until(sent, "the message")
    (message,) = (await platform.get("/outbox"))["items"]
    assert "Zhang Wei" in message["text"]
    assert message["link"] == "https://example.invalid/links/1"

    # A low score becomes a complaint and holds back the reminder of the next visit.
    await platform.tell(
        low_score(invitation_id=f"{platform.dealer}-visit-1").model_copy(update={"person_id": platform.person_id})
    )

    async def complained() -> bool:
        return bool((await platform.get("/complaints"))["items"])

    await until(complained, "the complaint")
    (complaint,) = (await platform.get("/complaints"))["items"]
    reminder = booking.ReminderDue(arrival=now + timedelta(days=2), person_id=platform.person_id)
    await platform.tell(reminder, "visit-2")

    async def held_back() -> bool:
        return (await platform.states()).get("REMINDER") == "WITHHELD"

    await until(held_back, "the reminder")

    # Closed with agreement; the next follow-up asks how the complaint was handled.
    case = f"/complaints/{complaint['case_id']}"
    await platform.post(f"{case}/solution", {"text": "a free wash"})
    await platform.post(f"{case}/closing", {"agreed": True, "satisfied": True})
    gate = await platform.get("/contact-gate", person=platform.person_id, purpose="CARE")
    assert (gate["answer"], gate["raise_topics"]) == ("ALLOW", ["COMPLAINT_SATISFACTION"])

    # Everything is told, nothing waits, and the history has it all.
    await until(platform.at_rest, "an empty outbox")
    history = (await platform.get(f"/customers/{platform.person_id}/contacts"))["items"]
    assert Counter(line["kind"] for line in history) == Counter(
        {"BOOKING": 1, "VISIT": 1, "MESSAGE": 1, "HELD_BACK": 2, "COMPLAINT": 2}
    )


async def test_nothing_personal_is_in_the_store_in_plain_text(platform: Platform) -> None:
    """C15: names, phones and what customers said are sealed in every document and every fact."""
    await platform.tell(registered(), None)
    await platform.tell(confirmed(customer=await platform.person()))

    async def known() -> bool:
        return bool((await platform.get("/customers", phone=PHONE))["items"])

    await until(known, "the customer")
    await platform.post(
        "/complaints",
        {"person_id": platform.person_id, "complaint_class": "PRICE", "description": "canary-in-the-bill"},
    )
    mine = {"dealer_id": platform.dealer}
    stored = [
        str(await platform.runtime.database[name].find(mine).to_list())
        for name in await platform.runtime.database.list_collection_names()
    ]
    assert any(platform.person_id in text for text in stored)
    for canary in ("Zhang Wei", PHONE, "canary-in-the-bill"):
        assert not any(canary in text for text in stored)
