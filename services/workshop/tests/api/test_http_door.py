"""The HTTP door in one process: a visit's work from roster to ready, and how refusals look."""

import uuid
from datetime import timedelta

import pytest
from a_workshop import AWorkshop, arrived, authorised, confirmed, registered
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from contracts.workshop import VehicleReady
from workshop.api.roster import ROSTER
from workshop.main import build
from workshop.settings import Settings
from workshop_builders import EIGHT, a_work_line

D = "/dealers/SH001"
JOB = f"{D}/jobs/visit-1"
LINE = f"{JOB}/lines/L1"


class Door:
    """A dealer's app in front of the workshop's routes, on a memory store."""

    def __init__(self):
        self.runtime, self.issuer = MemoryRuntime(), LocalIssuer()
        app = build(Settings(), runtime=self.runtime, tokens=self.issuer.tokens())
        self.client = client_of(app)
        self.workshop = AWorkshop(self.runtime.store)

    async def post(self, path, body, role="app", key=None):
        headers = {**self.issuer.bearer(role), "Idempotency-Key": key or str(uuid.uuid4())}
        return await self.client.post(path, json=body, headers=headers)

    async def get(self, path, role="app", **query):
        return await self.client.get(path, headers=self.issuer.bearer(role), params=query)

    async def put_roster(self, body):
        return await self.client.put(
            f"{D}/roster", json=body, headers={**self.issuer.bearer("app"), "If-None-Match": "*"}
        )

    async def open_job(self, *lines):
        await self.workshop.hear(registered())
        assert (await self.put_roster(ROSTER)).status_code == 200
        await self.workshop.hear(arrived())
        await self.workshop.hear(authorised(*lines))

    async def finish_line(self):
        for step, body in (
            ("dispatch", {"technician": "sean", "bay": "bay-1", "round": 1}),
            ("start", {"technician": "sean"}),
        ):
            assert (await self.post(f"{LINE}/{step}", body)).status_code == 200
        self.runtime.clock.move(EIGHT + timedelta(minutes=90))
        return await self.post(f"{LINE}/finish", {"technician": "sean"})


@pytest.fixture
def door() -> Door:
    return Door()


async def test_a_job_goes_from_dispatch_to_ready(door):
    """W1, W3, W7."""
    await door.open_job()
    (proposed,) = (await door.get(f"{D}/dispatch-proposal")).json()["lines"]
    assert (proposed["technician"], proposed["bay"], proposed["round"], proposed["hours"]) == ("sean", "bay-1", 1, 2.0)
    (line,) = (await door.finish_line()).json()["lines"]
    assert (line["state"], line["worked_minutes"], line["flat_rate_minutes"]) == ("COMPLETED", 90, 120)
    assert (await door.post(f"{JOB}/self-check", {"technician": "sean"})).json()["state"] == "SELF_CHECKED"
    check_list = (await door.get(JOB)).json()["quality"]["check_list"]
    passed = {"inspector": "ines", "passed": True, "checked": [item["code"] for item in check_list]}
    assert (await door.post(f"{JOB}/quality-check", passed)).json()["state"] == "QUALITY_PASSED"
    assert (await door.post(f"{JOB}/wash", {"by": "wang"})).json()["state"] == "WASHED"
    ready = await door.post(f"{JOB}/cleanliness-check", {"clean": True})
    assert ready.json()["state"] == "READY_FOR_PICKUP"
    assert door.workshop.told(VehicleReady) == [VehicleReady(lines=("L1",))]


async def test_a_repeated_command_is_done_once(door):
    """X3."""
    await door.open_job()
    body = {"technician": "sean", "bay": "bay-1"}
    first = await door.post(f"{LINE}/dispatch", body, key="k1")
    again = await door.post(f"{LINE}/dispatch", body, key="k1")
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    sheet = (await door.get(f"{D}/dispatch-sheets/2025-06-23")).json()
    assert (sheet["hours"], [each["round"] for each in sheet["rounds"]]) == (2.0, [1])


async def test_a_refusal_says_what_to_do(door):
    """House: errors tell a dealer's developer what to do."""
    await door.open_job()
    answer = await door.post(f"{LINE}/start", {"technician": "sean"})
    assert (answer.status_code, answer.json()["code"]) == (409, "line-not-dispatched")
    assert "dispatch it first" in answer.json()["detail"]


async def test_a_failed_check_comes_back_with_its_lines(door):
    """W7."""
    await door.open_job()
    await door.finish_line()
    await door.post(f"{JOB}/self-check", {"technician": "sean"})
    failed = {"inspector": "ines", "passed": False, "lines": ["L1"], "reason": "drain plug weeps", "rework_hours": 0.5}
    answer = (await door.post(f"{JOB}/quality-check", failed)).json()
    assert (answer["state"], answer["quality_failures"], answer["lines"][0]["planned_minutes"]) == (
        "DISPATCHED",
        1,
        120,
    )


async def test_a_finding_is_answered_with_its_id_and_no_words(door):
    """W6: stored answers hold ids, states and times only."""
    await door.open_job()
    body = {
        "technician": "sean",
        "line_id": "L1",
        "cause": "brake pads at 2 mm",
        "urgency": "SAFETY",
        "work_class": "GR",
        "hours": 1.0,
        "parts": [{"number": "P1", "name": "Pads", "quantity": 1, "price": {"amount": 42000, "currency": "CNY"}}],
    }
    answer = await door.post(f"{JOB}/findings", body)
    assert answer.status_code == 201
    assert "brake pads" not in answer.text
    (finding,) = (await door.get(JOB)).json()["findings"]
    assert (finding["finding_id"], finding["state"]) == (answer.json()["finding_id"], "PENDING_APPROVAL")


async def test_carry_over_pause_resume_and_correction_over_http(door):
    """W3, W8."""
    await door.open_job(a_work_line("L1", 2))
    await door.post(f"{LINE}/dispatch", {"technician": "sean", "bay": "bay-1"})
    await door.post(f"{LINE}/start", {"technician": "sean"})
    assert (await door.get(f"{D}/technicians/sean/clock")).json()["line_id"] == "L1"
    assert (await door.get(f"{D}/technicians/nobody/clock")).status_code == 404
    door.runtime.clock.move(EIGHT + timedelta(hours=1))
    paused = await door.post(f"{LINE}/pause", {"technician": "sean", "reason": "PARTS"})
    assert paused.json()["state"] == "ON_HOLD"
    corrected = {"technician": "sean", "worked_minutes": 45, "reason": "coffee was counted"}
    assert (await door.post(f"{LINE}/clock-correction", corrected)).json()["lines"][0]["worked_minutes"] == 45
    assert (await door.post(f"{LINE}/resume", {"technician": "sean"})).json()["state"] == "IN_PROGRESS"
    await door.post(f"{LINE}/pause", {"technician": "sean", "reason": "PARTS"})
    carried = await door.post(f"{JOB}/carry-over", {"to_day": "2025-06-24", "reason": "parts", "left": {"L1": 1.5}})
    assert (carried.json()["state"], carried.json()["carried_to"]) == ("PENDING", "2025-06-24")
    (row,) = (await door.get(f"{D}/board")).json()["jobs"]
    assert (row["carried_to"], row["remaining_minutes"]) == ("2025-06-24", 90)


@pytest.mark.parametrize(
    ("step", "role", "body"),
    [
        ("lines/L1/dispatch", "technician", {"technician": "sean", "bay": "bay-1"}),
        ("quality-check", "technician", {"inspector": "ines", "passed": False}),
        ("lines/L1/start", "cashier", {"technician": "sean"}),
    ],
)
async def test_a_role_does_only_its_own_work(door, step, role, body):
    """X1."""
    await door.open_job()
    answer = await door.post(f"{JOB}/{step}", body, role=role)
    assert (answer.status_code, answer.json()["code"]) == (403, "role-missing")


async def test_a_dealer_nobody_registered_gets_told_so(door):
    """H1."""
    answer = await door.put_roster(ROSTER)
    assert (answer.status_code, answer.json()["code"]) == (404, "dealer-unknown")


async def test_the_roster_is_shown_as_it_was_set(door):
    """W1."""
    await door.workshop.hear(registered())
    await door.put_roster(ROSTER)
    assert (await door.get(f"{D}/roster")).json() == {"dealer_id": "SH001", **ROSTER}


async def test_a_day_is_previewed_from_its_appointments(door):
    """W1: what is booked, and what of it is here."""
    await door.workshop.hear(registered())
    await door.workshop.hear(confirmed(), "visit-1")
    await door.workshop.hear(confirmed(), "visit-2")
    await door.workshop.hear(arrived(), "visit-2")
    preview = (await door.get(f"{D}/days/2025-06-23/expected-vehicles")).json()
    assert [(row["visit_id"], row["arrived"], row["hours"]) for row in preview["vehicles"]] == [
        ("visit-1", False, 2.0),
        ("visit-2", True, 2.0),
    ]
