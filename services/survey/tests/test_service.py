"""The survey on the real Kafka and MongoDB: from a delivery to a low score, with real keys, links and timers."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from chassis.ids import new_id
from chassis.kafka import Broker
from chassis.runtime import Runtime
from chassis.testing_http import LocalIssuer, client_of
from contracts.crm import ContactMade, Purpose
from contracts.envelope import Envelope, from_headers, to_headers
from contracts.event import Event, topic_of
from contracts.survey import FollowUpDue, LowScoreReported
from contracts.values import Channel, Person
from survey.main import build
from survey.settings import Settings
from survey_builders import DELIVERED, GOOD, POOR, a_delivery, a_registration

pytestmark = pytest.mark.stack

ISSUER = LocalIssuer()


class Platform:
    """The survey in this process, the other services' facts sent by hand, and an ear on its own topic."""

    def __init__(self, servers: Any, settings: Settings) -> None:
        self.dealer = f"T{uuid.uuid4().hex[:8].upper()}"
        self.visit = f"{self.dealer}-visit-1"
        self.app = build(settings, tokens=ISSUER.tokens())
        self.runtime: Runtime = self.app.state.runtime
        kafka = servers.kafka
        self.kafka = kafka
        self.producer = Broker(kafka["bootstrap"], kafka["username"], kafka["password"]).producer("test")
        self.client = client_of(self.app)
        self.agent = ISSUER.bearer("agent", dealers=(self.dealer,))
        self.sequences: dict[tuple[str, str], int] = defaultdict(int)

    @property
    def now(self) -> datetime:
        return self.runtime.clock.now()

    async def send(self, event: Event, *, visit_id: str | None = None) -> None:
        key = visit_id or self.dealer
        self.sequences[event.service, key] += 1
        envelope = Envelope(
            id=new_id(),
            type=event.wire_type,
            dealer_id=self.dealer,
            visit_id=visit_id,
            actor="advisor:anna",
            aggregate="visit",
            key=key,
            sequence=self.sequences[event.service, key],
            at=self.now,
            recorded_at=self.now,
        )
        body, topic = event.model_dump_json().encode(), topic_of(event.service)
        await self.producer.send_and_wait(topic, body, key=key.encode(), headers=to_headers(envelope))

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
        await self.send(delivery, visit_id=self.visit)

    async def state(self) -> str | None:
        answer = await self.client.get(f"/dealers/{self.dealer}/invitations/{self.visit}", headers=self.agent)
        return answer.json()["state"] if answer.status_code == 200 else None

    async def told(self) -> list[tuple[Envelope, bytes]]:
        """What the survey announced of this visit, in order."""
        listener = AIOKafkaConsumer(
            topic_of("survey"),
            auto_offset_reset="earliest",
            bootstrap_servers=self.kafka["bootstrap"],
            security_protocol=self.kafka["security_protocol"],
            sasl_mechanism=self.kafka["sasl_mechanism"],
            sasl_plain_username=self.kafka["username"],
            sasl_plain_password=self.kafka["password"],
        )
        await listener.start()
        try:
            ends = await listener.end_offsets(list(listener.assignment()))
            heard: list[tuple[Envelope, bytes]] = []
            while not all([await listener.position(at) >= end for at, end in ends.items()]):
                for records in (await listener.getmany(timeout_ms=200)).values():
                    heard += [(from_headers(record.headers), record.value) for record in records]
        finally:
            await listener.stop()
        mine = [one for one in heard if one[0].key == self.visit]
        return sorted(mine, key=lambda one: one[0].sequence)

    async def at_rest(self) -> bool:
        backlog = await self.runtime.backlog()
        return not (backlog["pending_events"] or backlog["lag"] or backlog["due_timers"])


async def until(holds: Callable[[], Awaitable[bool]], what: str, seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not await holds():
        assert monotonic() < end, f"still waiting for {what}"
        await asyncio.sleep(0.1)


@pytest.fixture
async def platform(servers: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    for name, value in servers.environment["survey"].items():
        monkeypatch.setenv(name, value)
    # The same process name each time: the broker gives a returning member its partitions at once.
    settings = Settings(
        clock="manual",
        clock_start=DELIVERED,
        otlp_endpoint="",
        process="survey-test",
        public_url="http://service.test",
    )
    platform = Platform(servers, settings)
    await platform.producer.start()
    async with platform.app.router.lifespan_context(platform.app):

        async def up() -> bool:
            return platform.runtime.prepared and not platform.runtime.healthy()

        await until(up, "the service")
        yield platform
    await platform.producer.stop()
    await platform.client.aclose()


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
