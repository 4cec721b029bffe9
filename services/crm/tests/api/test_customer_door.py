"""Customers over HTTP: kind, roles, checked fields, duplicates, and words the door does not know (C1, C4, C5)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from chassis.testing import MemoryStore
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from crm.main import build
from crm.settings import Settings
from crm_builders import COROLLA, TEN, ZHANG, a_store, confirmed, hear

ISSUER = LocalIssuer()
HOME = "/dealers/SH001"
PERSON = f"{HOME}/customers/{ZHANG.person_id}"


@pytest.fixture
async def store() -> MemoryStore:
    return await a_store()


@pytest.fixture
async def door(store: MemoryStore) -> AsyncIterator[Any]:
    runtime = MemoryRuntime(store=store)
    runtime.clock.move(TEN)
    client = client_of(build(Settings(clock="manual"), runtime=runtime, tokens=ISSUER.tokens()))
    client.headers.update(ISSUER.bearer("agent"))
    yield client
    await client.aclose()


async def patch(door: Any, body: dict[str, Any]) -> Any:
    version = (await door.get(PERSON)).headers["etag"]
    return await door.patch(PERSON, json=body, headers={"If-Match": version})


async def test_a_company_and_its_driver_are_written_down(door: Any) -> None:
    """C1."""
    before = (await door.get(PERSON)).json()
    assert (before["kind"], before["vehicles"][0]["role"]) == ("PERSON", "OWNER")
    roles = [{"vin": COROLLA.vin, "role": "DRIVER"}]
    changed = await patch(door, {"kind": "COMPANY", "vehicle_roles": roles})
    assert (changed.status_code, changed.json()["kind"]) == (200, "COMPANY")
    assert (await door.get(PERSON)).json()["vehicles"][0]["role"] == "DRIVER"


async def test_a_role_for_a_vehicle_of_somebody_else_is_refused(door: Any) -> None:
    """C1."""
    refused = await patch(door, {"vehicle_roles": [{"vin": "LVGBH40K8FG654321", "role": "DRIVER"}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "vehicle-not-linked")


async def test_checked_fields_say_by_whom_and_when(door: Any) -> None:
    """C1."""
    told = {"fields": ["name", "phone"]}
    checked = await door.post(f"{PERSON}/verification", json=told, headers={"Idempotency-Key": "once"})
    assert checked.status_code == 200, checked.text
    shown = (await door.get(PERSON)).json()["verified"]
    assert [(one["field"], one["at"]) for one in shown] == [
        ("name", "2025-06-23T02:00:00Z"),
        ("phone", "2025-06-23T02:00:00Z"),
    ]
    assert all(one["by"] for one in shown)
    unknown = await door.post(
        f"{HOME}/customers/nobody/verification", json=told, headers={"Idempotency-Key": "another"}
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "customer-unknown")


async def test_candidate_duplicates_are_on_the_card_and_in_the_list(door: Any, store: MemoryStore) -> None:
    """C1."""
    await hear(store, confirmed(customer=ZHANG.model_copy(update={"person_id": "person-2"})), visit_id="visit-2")
    assert (await door.get(PERSON)).json()["duplicates"] == [{"person_id": "person-2", "vin": COROLLA.vin}]
    (shared,) = (await door.get(f"{HOME}/customers/duplicates")).json()["items"]
    assert shared == {"vin": COROLLA.vin, "customers": ["person-1", "person-2"]}


@pytest.mark.parametrize("word", ["WECHATT", "UNKNOWN", "sms"])
@pytest.mark.parametrize("field", ["preferred_channel", "refused_channels", "kind"])
async def test_a_misspelt_wish_is_refused_and_changes_nothing(door: Any, field: str, word: str) -> None:
    """C4: a typo in a refusal must never silently refuse nothing."""
    before = (await door.get(PERSON)).json()
    refused = await patch(door, {field: ["PHONE", word] if field == "refused_channels" else word})
    assert refused.status_code == 422, refused.text
    assert (await door.get(PERSON)).json() == before


async def test_a_misspelt_role_is_refused(door: Any) -> None:
    """C1."""
    assert (await patch(door, {"vehicle_roles": [{"vin": COROLLA.vin, "role": "KEEPER"}]})).status_code == 422


async def test_a_complaint_of_no_known_class_is_refused(door: Any) -> None:
    """C5."""
    body = {"person_id": ZHANG.person_id, "complaint_class": "SERVCE", "description": "dirty"}
    refused = await door.post(f"{HOME}/complaints", json=body, headers={"Idempotency-Key": "once"})
    assert refused.status_code == 422, refused.text
    assert (await door.get(f"{HOME}/complaints")).json()["items"] == []


@pytest.mark.parametrize(
    "question",
    [
        "contacts?purpose=SURVY",
        "outbox?purpose=SURVY",
        "call-tasks?purpose=SURVY",
        "contact-gate?person=person-1&purpose=SURVY",
        "contact-gate?person=person-1&purpose=CARE&channel=WECHATT",
    ],
)
async def test_a_question_with_an_unknown_word_is_refused(door: Any, question: str) -> None:
    """C4: an empty list, or a decision about something else, would be a wrong answer."""
    assert (await door.get(f"{HOME}/{question}")).status_code == 422
