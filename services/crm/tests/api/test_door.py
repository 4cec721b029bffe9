"""Customer relations over HTTP, on a store in memory (C1, C3, C4, C5)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from chassis.testing import MemoryStore, all_documents, memory_unit
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from crm.channels import VisibleOutbox
from crm.domain.contact import due_times
from crm.main import build
from crm.settings import Settings
from crm.storage.contacts import CONTACTS
from crm.usecases.deliver_message import deliver_message
from crm_builders import (
    NIGHT,
    TEN,
    ZHANG,
    a_store,
    authorisation_requested,
    confirmed,
    follow_up_due,
    hear,
    low_score,
    order_opened,
)

LATER = TEN + timedelta(hours=8)
ISSUER = LocalIssuer()


class Door:
    """One caller at the dealer's own address."""

    def __init__(self, store: MemoryStore) -> None:
        runtime = MemoryRuntime(store=store)
        runtime.clock.move(TEN)
        self.store = store
        self.client = client_of(build(Settings(clock="manual"), runtime=runtime, tokens=ISSUER.tokens()))
        self.commands = 0

    async def get(self, path: str, role: str = "agent", **query: str) -> Any:
        return await self.client.get(f"/dealers/SH001{path}", params=query, headers=ISSUER.bearer(role))

    async def post(self, path: str, body: dict[str, Any], role: str = "agent", key: str | None = None) -> Any:
        self.commands += 1
        headers = {**ISSUER.bearer(role), "Idempotency-Key": key or f"command-{self.commands}"}
        return await self.client.post(f"/dealers/SH001{path}", json=body, headers=headers)

    async def patch(self, path: str, body: dict[str, Any], version: str) -> Any:
        headers = {**ISSUER.bearer("advisor"), "If-Match": version}
        return await self.client.patch(f"/dealers/SH001{path}", json=body, headers=headers)

    async def send_messages(self) -> None:
        """What the delivery timer does."""
        for contact in all_documents(self.store, CONTACTS):
            for due in due_times(contact).values():
                unit = memory_unit(store=self.store, now=TEN)
                await deliver_message(unit, contact.contact_id, due, sender=VisibleOutbox())
                await unit.commit()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door(await a_store())
    yield door
    await door.client.aclose()


PERSON = f"/customers/{ZHANG.person_id}"
COMPLAINT = {
    "person_id": ZHANG.person_id,
    "complaint_class": "SERVICE",
    "description": "the car came back dirty",
    "about_visit": "visit-1",
}


async def test_a_customer_is_shown_opened_to_the_counter(door: Door) -> None:
    """C1."""
    shown = (await door.get(PERSON, "advisor")).json()
    assert (shown["name"], shown["phone"]) == ("Zhang Wei", "+8613800000001")
    assert [vehicle["plate"] for vehicle in shown["vehicles"]] == ["沪A12345"]
    assert (shown["completeness"], shown["missing_fields"]) == (0.8, ["preferred_channel"])


async def test_a_technician_sees_no_customers(door: Door) -> None:
    """X1."""
    assert (await door.get(PERSON, "technician")).status_code == 403


async def test_a_changed_phone_is_found_by_its_number_in_any_spelling(door: Door) -> None:
    """B4, C1."""
    version = (await door.get(PERSON)).headers["etag"]
    changed = await door.patch(PERSON, {"phone": "+8613900000001", "refused_channels": ["SMS"]}, version)
    assert changed.status_code == 200, changed.text
    assert "13900000001" not in changed.text
    found = (await door.get("/customers", phone="+86 139 0000 0001")).json()["items"]
    assert [customer["person_id"] for customer in found] == [ZHANG.person_id]
    assert (await door.get("/customers", phone="+86 139 0000 0002")).json()["items"] == []


async def test_a_change_of_what_was_changed_meanwhile_is_refused(door: Door) -> None:
    """X3."""
    version = (await door.get(PERSON)).headers["etag"]
    assert (await door.patch(PERSON, {"preferred_channel": "SMS"}, version)).status_code == 200
    assert (await door.patch(PERSON, {"preferred_channel": "APP"}, version)).status_code == 412


async def test_a_preference_is_forgotten_by_null_and_kept_when_left_out(door: Door) -> None:
    """C4."""
    for body, preferred in (
        ({"preferred_channel": "SMS"}, "SMS"),
        ({"refused_channels": ["PHONE"]}, "SMS"),
        ({"preferred_channel": None}, None),
    ):
        version = (await door.get(PERSON)).headers["etag"]
        assert (await door.patch(PERSON, body, version)).json()["preferred_channel"] == preferred


async def test_merged_records_answer_as_one(door: Door) -> None:
    """C1."""
    other = ZHANG.model_copy(update={"person_id": "person-2"})
    await hear(door.store, confirmed(customer=other), visit_id="visit-2")
    merged = await door.post(f"{PERSON}/merge", {"merged": "person-2"})
    assert merged.json()["aliases"] == ["person-2"]
    assert (await door.get("/customers/person-2")).json()["person_id"] == ZHANG.person_id
    history = (await door.get("/customers/person-2/contacts")).json()["items"]
    assert {line["visit_id"] for line in history} == {"visit-1", "visit-2"}
    refused = await door.post("/customers/person-2/merge", {"merged": ZHANG.person_id})
    assert (refused.status_code, refused.json()["code"]) == (409, "customer-merged")


async def test_the_history_comes_in_pages(door: Door) -> None:
    """C3, X3."""
    await hear(door.store, order_opened())
    first = (await door.get(f"{PERSON}/contacts", limit="1")).json()
    second = (await door.get(f"{PERSON}/contacts", limit="1", after=first["next"])).json()
    assert {first["items"][0]["what"], second["items"][0]["what"]} == {
        "reception.repair-order-opened",
        "booking.appointment-confirmed",
    }
    assert second["next"] is None
    assert (await door.get(f"{PERSON}/contacts", after="bm9uZQ")).json()["code"] == "cursor-invalid"


async def test_the_outbox_shows_message_and_link_as_the_customer_reads_them(door: Door) -> None:
    """C4, R12."""
    await hear(door.store, order_opened())
    await hear(door.store, authorisation_requested(LATER))
    await door.send_messages()
    (message,) = (await door.get("/outbox", visit="visit-1", purpose="AUTHORISATION")).json()["items"]
    assert message["state"] == "SENT"
    assert message["link"] == "https://example.invalid/links/token-1"
    assert "1234.50 CNY" in message["text"]
    assert (await door.get("/outbox", visit="visit-2")).json()["items"] == []


async def test_a_call_task_is_done_with_its_result_once(door: Door) -> None:
    """C3, V1."""
    fact = await hear(door.store, follow_up_due(LATER, "CALL"))
    (task,) = (await door.get("/call-tasks")).json()["items"]
    assert (task["contact_id"], task["phone"]) == (fact.id, "+8613800000001")
    body = {"outcome": "REACHED", "note": "is happy"}
    done = await door.post(f"/call-tasks/{fact.id}/result", body, key="once")
    assert (done.status_code, done.json()["outcome"]) == (200, "REACHED")
    assert "happy" not in done.text
    assert (await door.post(f"/call-tasks/{fact.id}/result", body, key="once")).json() == done.json()
    again = await door.post(f"/call-tasks/{fact.id}/result", body)
    assert (again.status_code, again.json()["code"]) == (409, "no-open-call-task")
    assert [task["contact_id"] for task in (await door.get("/call-tasks", state="DONE")).json()["items"]] == [fact.id]


async def test_the_gate_says_which_rule_decided(door: Door) -> None:
    """C4."""
    asked = {"person": ZHANG.person_id, "purpose": "SURVEY"}
    allowed = (await door.get("/contact-gate", **asked)).json()
    assert (allowed["answer"], allowed["channel"], allowed["rule"]) == ("ALLOW", "SMS", "nothing-against-it")
    await hear(door.store, low_score())
    never = (await door.get("/contact-gate", **asked)).json()
    assert (never["answer"], never["rule"]) == ("NEVER", "open-complaint")
    unknown = await door.get("/contact-gate", person="nobody", purpose="SURVEY")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "customer-unknown")


async def test_a_complaint_runs_from_intake_to_closing(door: Door) -> None:
    """C5."""
    opened = await door.post("/complaints", COMPLAINT, "advisor", key="once")
    assert opened.status_code == 201, opened.text
    assert "dirty" not in opened.text
    assert (await door.post("/complaints", COMPLAINT, "advisor", key="once")).json() == opened.json()
    case = f"/complaints/{opened.json()['case_id']}"
    assert (await door.post(f"{case}/closing", {"agreed": True})).json()["code"] == "solution-missing"
    assert (await door.post(f"{case}/interim-solution", {"text": "a loaner car"})).status_code == 200
    escalated = (await door.post(f"{case}/escalation", {"triggers": ["MEDIA"]})).json()
    assert (escalated["important"], escalated["triggers"]) == (True, ["MEDIA"])
    assert (await door.post(f"{case}/solution", {"text": "a free wash"})).json()["state"] == "SOLUTION_OFFERED"
    closed = (await door.post(f"{case}/closing", {"agreed": True, "satisfied": True})).json()
    assert (closed["state"], closed["satisfied"]) == ("CLOSED", True)
    shown = (await door.get(case)).json()
    assert (shown["description"], shown["solution"]) == ("the car came back dirty", "a free wash")
    assert [one["case_id"] for one in (await door.get("/complaints", state="CLOSED")).json()["items"]] == [
        shown["case_id"]
    ]


async def test_an_advisor_takes_in_complaints_but_does_not_close_them(door: Door) -> None:
    """C5."""
    case_id = (await door.post("/complaints", COMPLAINT, "advisor")).json()["case_id"]
    refused = await door.post(f"/complaints/{case_id}/closing", {"agreed": True}, "advisor")
    assert refused.status_code == 403


async def test_what_was_held_back_is_listed_with_its_reason(door: Door) -> None:
    """C4."""
    await hear(door.store, low_score())
    await hear(door.store, follow_up_due(LATER), visit_id="visit-2")
    (held_back,) = (await door.get("/contacts", state="WITHHELD")).json()["items"]
    assert (held_back["purpose"], held_back["rule"]) == ("SURVEY", "open-complaint")


async def test_what_waits_for_the_morning_says_until_when(door: Door) -> None:
    """C4."""
    store = await a_store(now=NIGHT)
    await hear(store, follow_up_due(LATER), now=NIGHT)
    (waiting,) = (await Door(store).get("/contacts", state="POSTPONED")).json()["items"]
    assert waiting["until"] == "2025-06-23T01:00:00Z"
