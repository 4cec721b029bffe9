"""The survey on the real Kafka and MongoDB: from a delivery to a low score, with real keys, links and timers."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from chassis.testing_http import LocalIssuer
from chassis.testing_servers import OnServers, until, use_environment
from contracts.crm import ContactMade, Purpose
from contracts.envelope import Envelope
from contracts.survey import FollowUpDue, LowScoreReported
from contracts.values import Channel, Person
from survey.main import build
from survey.settings import Settings
from survey_builders import DELIVERED, GOOD, POOR, a_delivery, a_registration

pytestmark = pytest.mark.stack

ISSUER = LocalIssuer()


class Platform(OnServers):
    """The survey with a dealer and a visit of its own."""

    @property
    def visit(self) -> str:
        return f"{self.dealer}-visit-1"

    @property
    def agent(self) -> dict[str, str]:
        return ISSUER.bearer("agent", dealers=(self.dealer,))

    async def deliver(self) -> None:
        """The customer's name and phone are sealed with his real key, as reception would have sealed them."""
        sealer = self.runtime.sealer
        person_id = sealer.person_id(self.dealer, "+8613800000001")
        customer = Person(
            person_id=person_id,
            name=await sealer.seal(person_id, "Zhang Wei"),
            phone=await sealer.seal(person_id, "+8613800000001"),
        )
        delivery = a_delivery().model_copy(update={"customer": customer})
        await self.send(delivery, self.visit, actor="advisor:anna")

    async def state(self) -> str | None:
        answer = await self.ask(f"/invitations/{self.visit}", self.agent)
        return answer.json()["state"] if answer.status_code == 200 else None

    async def told(self) -> list[tuple[Envelope, bytes]]:
        """What the survey announced of this visit, in order."""
        return await self.announced("survey", self.visit)


@pytest.fixture
async def platform(servers: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    use_environment(servers, "survey", monkeypatch.setenv)
    settings = Settings(
        clock="manual",
        clock_start=DELIVERED,
        otlp_endpoint="",
        process="survey-test",
        public_url="http://service.test",
    )
    async with Platform(servers, build(settings, tokens=ISSUER.tokens())) as platform:
        yield platform


async def test_a_delivery_becomes_an_invitation_an_answer_and_a_low_score(platform: Platform) -> None:
    """V1, V2, V4, V7, X5: the delivery is told before its dealer; the answer is sent twice."""
    await platform.deliver()
    await until(platform.at_rest, "the early delivery to be read")
    assert await platform.state() is None
    await platform.send(a_registration())

    async def planned() -> bool:
        return await platform.state() == "PLANNED"

    await until(planned, "the waiting delivery")
    due_at = platform.now + timedelta(hours=24)
    await platform.runtime.move_clock(due_at)
    await until(platform.at_rest, "the follow-up to fall due")
    ((envelope, body),) = await platform.told()
    due = FollowUpDue.model_validate_json(body)
    assert (envelope.type, envelope.visit_id, envelope.at) == (FollowUpDue.wire_type, platform.visit, due_at)
    assert b"http" not in body
    link = await platform.runtime.sealer.open(due.link)
    assert link is not None

    made = ContactMade(
        contact_id="c1", person_id=due.person_id, purpose=Purpose.SURVEY, channel=Channel.SMS, cause=envelope.id
    )
    await platform.send(made, visit_id=platform.visit)

    async def invited() -> bool:
        return await platform.state() == "INVITED"

    await until(invited, "the news of the contact")
    first = await platform.client.post(link, json={"answers": POOR})
    again = await platform.client.post(link, json={"answers": POOR})
    other = await platform.client.post(link, json={"answers": GOOD})
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409), first.text
    assert first.json() == again.json()

    await until(platform.at_rest, "the answer to be told")
    told = await platform.told()
    assert [envelope.type.split(".")[1] for envelope, _ in told] == [
        "follow-up-due",
        "survey-answered",
        "low-score-reported",
    ]
    assert [envelope.sequence for envelope, _ in told] == [1, 2, 3]
    low = LowScoreReported.model_validate_json(told[2][1])
    assert low.comment is not None
    assert await platform.runtime.sealer.open(low.comment) == "The noise is still there."
    stored = str(await platform.runtime.database["invitations"].find({"_id": platform.visit}).to_list())
    for personal in ("Zhang", "+86138", "noise"):
        assert personal not in stored + str(told)


async def test_a_follow_up_nobody_answers_ends_by_itself(platform: Platform) -> None:
    """V7."""
    await platform.send(a_registration())
    await platform.deliver()
    await until(platform.at_rest, "the delivery")

    async def planned() -> bool:
        return await platform.state() == "PLANNED"

    await until(planned, "the plan")
    await platform.runtime.move_clock(platform.now + timedelta(hours=24))
    await until(platform.at_rest, "the follow-up to fall due")
    assert await platform.state() == "DUE"
    await platform.runtime.move_clock(platform.now + timedelta(days=14))
    await until(platform.at_rest, "the end")
    assert await platform.state() == "EXPIRED"
    assert [envelope.type for envelope, _ in await platform.told()][-1] == "survey.follow-up-abandoned.v1"
