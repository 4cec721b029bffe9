"""V1-V7, X1: the survey's HTTP door, on the memory store."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from survey.main import build
from survey.settings import Settings
from survey_builders import DELIVERED, DUE, GOOD, POLICY, POOR, a_store_with_an_asked_customer

ISSUER = LocalIssuer()
AGENT = ISSUER.bearer("agent")
STRANGER = ISSUER.bearer("agent", dealers=("SH002",))
INVITATION = "/dealers/SH001/invitations/visit-1"


@pytest.fixture
async def runtime() -> MemoryRuntime:
    """One customer of SH001 was asked an hour ago."""
    runtime = MemoryRuntime(await a_store_with_an_asked_customer())
    runtime.clock.move(DUE + timedelta(hours=1))
    return runtime


@pytest.fixture
async def client(runtime: MemoryRuntime) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(build(Settings(), runtime=runtime, tokens=ISSUER.tokens())) as client:
        yield client


@pytest.fixture
async def link(runtime: MemoryRuntime) -> str:
    """The address in the message, without the host."""
    url = await runtime.store.sealing.open(runtime.store.events[-1].event.link)
    assert url is not None
    return url.removeprefix("http://survey")


async def test_the_link_shows_the_questions_in_both_languages(client, link) -> None:
    """V2, X4."""
    page = (await client.get(link)).json()
    assert (page["language"], page["dealer"]) == ("zh", {"zh": "浦东汽车", "en": "Pudong Motors"})
    questions = {question["id"]: question for question in page["questionnaire"]["questions"]}
    assert questions["why"]["only_if"] == {"question": "overall", "below": 7}
    assert set(questions["overall"]["text"]) == {"zh", "en"}
    assert "Zhang" not in (await client.get(link)).text


async def test_an_answer_sent_twice_is_taken_once_and_confirmed_twice_alike(client, link, runtime) -> None:
    """V7."""
    first = await client.post(link, json={"answers": POOR})
    announced = len(runtime.store.events)
    again = await client.post(link, json={"answers": POOR})
    with_own_key = await client.post(link, json={"answers": POOR}, headers={"Idempotency-Key": "from-another-device"})
    assert [answer.status_code for answer in (first, again, with_own_key)] == [201, 201, 201]
    assert first.json() == again.json() == with_own_key.json()
    assert first.json()["score"] == 21.1
    assert len(runtime.store.events) == announced


async def test_another_answer_and_another_look_say_that_it_is_answered(client, link) -> None:
    """V7."""
    await client.post(link, json={"answers": POOR})
    for answer in (await client.post(link, json={"answers": GOOD}), await client.get(link)):
        assert (answer.status_code, answer.json()["code"]) == (409, "already-answered")


async def test_an_expired_link_says_so(client, link, runtime) -> None:
    """V7."""
    runtime.clock.move(POLICY.expires_at(DUE))
    for answer in (await client.get(link), await client.post(link, json={"answers": GOOD})):
        assert (answer.status_code, answer.json()["code"]) == (410, "link-expired")


async def test_a_link_that_was_changed_is_no_link(client, link) -> None:
    """V7."""
    answer = await client.get(link[:-2] + "xx")
    assert (answer.status_code, answer.json()["code"]) == (404, "link-invalid")


async def test_answers_that_do_not_fit_are_named(client, link) -> None:
    """V2."""
    answer = await client.post(link, json={"answers": {**GOOD, "overall": 3}})
    assert (answer.status_code, answer.json()["code"]) == (422, "answers-invalid")
    assert list(answer.json()["details"]) == ["why"]


async def test_the_agent_sees_whom_to_call_and_what_to_say(client) -> None:
    """V2."""
    screen = (await client.get(INVITATION, headers=AGENT)).json()
    assert (screen["name"], screen["phone"]) == ("Zhang Wei", "+8613800000001")
    assert "浦东汽车" in screen["script"]["zh"]
    assert screen["questionnaire"]["name"] == "csi"


async def test_an_erased_person_has_no_name_any_more(client, runtime) -> None:
    """C15."""
    runtime.store.sealing.erased.add("person-1")
    screen = (await client.get(INVITATION, headers=AGENT)).json()
    assert (screen["name"], screen["phone"], screen["plate"]) == (None, None, "沪A12345")


async def test_the_agent_takes_the_answer_on_the_phone_once(client, runtime) -> None:
    """V2, V7."""
    key = {**AGENT, "Idempotency-Key": "k1"}
    first = await client.post(f"{INVITATION}/answer", json={"answers": GOOD}, headers=key)
    again = await client.post(f"{INVITATION}/answer", json={"answers": GOOD}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert runtime.store.events[-1].event.method == "CALL"
    assert runtime.store.events[-1].actor == "agent:anna"
    screen = (await client.get(INVITATION, headers=AGENT)).json()
    assert (screen["state"], screen["score"], screen["answers"]) == ("ANSWERED", 92.2, GOOD)


async def test_the_stored_receipt_holds_nothing_of_the_customers_own_words(client, link, runtime) -> None:
    """C15."""
    await client.post(link, json={"answers": POOR})
    assert "noise" not in repr(runtime.store.documents)
    assert (await client.get(INVITATION, headers=AGENT)).json()["comment"] == "The noise is still there."


async def test_follow_ups_are_listed_by_state_and_method(client) -> None:
    """V1."""
    path = "/dealers/SH001/invitations"
    for wanted, found in (({"state": "DUE"}, 1), ({"state": "PLANNED"}, 0), ({"method": "CALL"}, 0), ({}, 1)):
        answer = await client.get(path, params=wanted, headers=AGENT)
        assert len(answer.json()["items"]) == found


async def test_another_dealers_agent_finds_nothing(client) -> None:
    """X1."""
    foreign = INVITATION.replace("SH001", "SH002")
    for path in (INVITATION, foreign):
        assert (await client.get(path, headers=STRANGER)).status_code == 404
    answer = await client.post(
        f"{foreign}/answer", json={"answers": GOOD}, headers={**STRANGER, "Idempotency-Key": "k1"}
    )
    assert answer.status_code == 404


async def test_satisfaction_is_shown_by_days_of_asking(client, link) -> None:
    """V3."""
    await client.post(link, json={"answers": GOOD})
    days = {"from": DELIVERED.date().isoformat(), "to": DUE.date().isoformat()}
    shown = (await client.get("/dealers/SH001/satisfaction", params=days, headers=AGENT)).json()
    assert (shown["asked"], shown["response_rate"], shown["mean_score"], shown["satisfied_rate"]) == (1, 1, 92.2, 1)
    backwards = await client.get(
        "/dealers/SH001/satisfaction", params={"from": "2025-06-24", "to": "2025-06-23"}, headers=AGENT
    )
    assert (backwards.status_code, backwards.json()["code"]) == (422, "period-invalid")


async def test_a_dealer_nobody_registered_says_what_to_do(client) -> None:
    """H1."""
    days = {"from": "2025-06-23", "to": "2025-06-24"}
    answer = await client.get("/dealers/SH002/satisfaction", params=days, headers=STRANGER)
    assert (answer.status_code, answer.json()["code"]) == (404, "dealer-unknown")
