"""The workshop on the real Kafka and MongoDB: facts that come early, one technician wanted twice, the way to ready."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from a_workshop import arrived, authorised, delivered, registered
from chassis.ids import new_id
from chassis.testing_http import LocalIssuer
from chassis.testing_servers import OnServers, until, use_environment
from contracts.event import Event
from workshop.api.roster import ROSTER
from workshop.main import build
from workshop.settings import Settings
from workshop_builders import EIGHT, a_work_line

pytestmark = pytest.mark.stack

ISSUER = LocalIssuer()


class Platform(OnServers):
    """The workshop with a dealer of its own."""

    bearer: dict[str, str]

    async def send_aside(self, event: Event, visit_id: str) -> None:
        """The same visit's fact out of another aggregate of the same service: no order is promised between the two."""
        await self.send(event, visit_id, aggregate="other", sequence=1)
        self._sequences[event.service, visit_id] -= 1

    async def get(self, path: str) -> Any:
        return await self.ask(path, self.bearer)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        return await self.order(path, body, self.bearer)

    async def done(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.post(path, body)
        assert answer.is_success, answer.text
        return answer.json()

    async def set_roster(self) -> None:
        async def accepted() -> bool:
            headers = {**self.bearer, "If-None-Match": "*"}
            answer = await self.client.put(f"/dealers/{self.dealer}/roster", json=ROSTER, headers=headers)
            assert answer.is_success or answer.json()["code"] == "dealer-unknown", answer.text
            return answer.is_success

        await until(accepted, "the dealer")

    async def job_is(self, visit: str, state: str) -> None:
        async def is_so() -> bool:
            answer = await self.get(f"/jobs/{visit}")
            return answer.is_success and answer.json()["state"] == state

        await until(is_so, f"{visit} to be {state}")

    async def open_job(self, visit: str) -> None:
        await self.send(arrived(), visit)
        await self.send(authorised(a_work_line("L1")), visit)
        await self.job_is(visit, "PENDING")


@pytest.fixture
async def platform(servers: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    use_environment(servers, "workshop", monkeypatch.setenv)
    settings = Settings(clock="manual", clock_start=EIGHT, otlp_endpoint="", process="workshop-test")
    async with Platform(servers, build(settings, tokens=ISSUER.tokens())) as platform:
        platform.bearer = ISSUER.bearer("app", dealers=(platform.dealer,))
        yield platform


async def told(platform: Platform, visit: str) -> list[tuple[int, str]]:
    return [(envelope.sequence, envelope.type) for envelope, _ in await platform.announced("workshop", visit)]


async def test_a_job_goes_from_an_early_authorisation_to_the_delivered_vehicle(platform: Platform) -> None:
    """R12, W1, W3, W7, R16, X5: the authorisation comes before arrival and dealer are known."""
    visit = new_id()
    job, line = f"/jobs/{visit}", f"/jobs/{visit}/lines/L1"
    await platform.send_aside(authorised(a_work_line("L1", 2)), visit)
    await platform.send(arrived(), visit)
    await platform.send(registered(), None)
    await platform.job_is(visit, "PENDING")
    await platform.set_roster()

    (proposed,) = (await platform.get("/dispatch-proposal")).json()["lines"]
    given = {name: proposed[name] for name in ("technician", "bay", "round")}
    await platform.done(f"{line}/dispatch", given)
    technician = {"technician": given["technician"]}
    await platform.done(f"{line}/start", technician)
    await platform.runtime.move_clock(platform.now + timedelta(minutes=95))
    finished = await platform.done(f"{line}/finish", technician)
    assert finished["lines"][0]["worked_minutes"] == 95
    await platform.done(f"{job}/self-check", technician)
    checked = [item["code"] for item in (await platform.get(job)).json()["quality"]["check_list"]]
    await platform.done(f"{job}/quality-check", {"inspector": "ines", "passed": True, "checked": checked})
    await platform.done(f"{job}/wash", {"by": "wang"})
    ready = await platform.done(f"{job}/cleanliness-check", {"clean": True})
    assert ready["state"] == "READY_FOR_PICKUP"
    await platform.send(delivered(), visit)
    await platform.job_is(visit, "DEPARTED")
    assert (await platform.get("/board")).json()["jobs"] == []
    assert await told(platform, visit) == list(
        enumerate(
            (
                "workshop.job-opened.v1",
                "workshop.job-dispatched.v1",
                "workshop.work-started.v1",
                "workshop.work-finished.v1",
                "workshop.self-check-passed.v1",
                "workshop.quality-check-passed.v1",
                "workshop.vehicle-ready.v1",
            ),
            start=1,
        )
    )


async def test_one_technician_wanted_on_many_vehicles_at_once_starts_one(platform: Platform) -> None:
    """W3: four starts at the same moment; exactly one clock runs, the others hear which."""
    await platform.send(registered(), None)
    await platform.set_roster()
    visits = [new_id() for _ in range(4)]
    for visit in visits:
        await platform.open_job(visit)
        await platform.done(f"/jobs/{visit}/lines/L1/dispatch", {"technician": "sean", "bay": "bay-1"})
    starts = [platform.post(f"/jobs/{visit}/lines/L1/start", {"technician": "sean"}) for visit in visits]
    answers = await asyncio.gather(*starts)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    (winner,) = [answer.json()["visit_id"] for answer in answers if answer.status_code == 200]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {(each["code"], each["details"]["visit_id"]) for each in refused} == {("technician-busy", winner)}
    assert (await platform.get("/technicians/sean/clock")).json()["visit_id"] == winner
    board = (await platform.get("/board")).json()["jobs"]
    assert Counter(row["state"] for row in board) == {"IN_PROGRESS": 1, "DISPATCHED": 3}


async def test_many_dispatchers_never_give_out_more_hours_than_there_are(platform: Platform) -> None:
    """W1: six lines of two hours for one technician of eight, all at once: four fit."""
    await platform.send(registered(), None)
    await platform.set_roster()
    visits = [new_id() for _ in range(6)]
    for visit in visits:
        await platform.open_job(visit)
    orders = [
        platform.post(f"/jobs/{visit}/lines/L1/dispatch", {"technician": "sean", "bay": "bay-1", "round": number})
        for number, visit in enumerate(visits, start=1)
    ]
    answers = await asyncio.gather(*orders)
    assert Counter(answer.status_code for answer in answers) == {200: 4, 409: 2}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"technician-full"}
    sheet = (await platform.get("/dispatch-sheets/2025-06-23")).json()
    assert sheet["hours"] == 8.0


async def test_a_fact_delivered_three_times_opens_the_job_once(platform: Platform) -> None:
    """The inbox knows it."""
    await platform.send(registered(), None)
    visit = new_id()
    await platform.send(arrived(), visit, times=3)
    await platform.send(authorised(a_work_line("L1")), visit, times=3)
    await platform.job_is(visit, "PENDING")
    assert await told(platform, visit) == [(1, "workshop.job-opened.v1")]
