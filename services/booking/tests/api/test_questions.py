"""How often the store is asked: what a busy counter pays for with every call."""

from typing import Any

import pytest
from booking_builders import THE_DAY
from booking_desk import DeskClient, a_hold_body, a_plan_body
from chassis.testing_http import MemoryRuntime

QUESTIONS = ("load", "load_all", "load_together", "search", "briefs", "count", "commit")


@pytest.fixture
def asked(runtime: MemoryRuntime, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions put to the store, in their order."""
    asked: list[str] = []

    def counting(name: str) -> Any:
        answered = getattr(runtime.store, name)

        async def ask(*args: Any) -> Any:
            # The memory store looks up several documents one by one; MongoDB is asked once.
            asked.append(name)
            before = len(asked)
            found = await answered(*args)
            del asked[before:]
            return found

        return ask

    for name in QUESTIONS:
        monkeypatch.setattr(runtime.store, name, counting(name))
    return asked


async def test_a_booking_reads_once_and_writes_once(desk: DeskClient, asked: list[str]) -> None:
    """B2: idempotency, dealer, calendar and day with one question, as soon as the dealer has been seen."""
    await desk.plan()
    await desk.book("09:00", 1)
    asked.clear()
    assert (await desk.book("10:00", 1)).status_code == 201
    assert asked == ["load_together", "commit"]


async def test_a_board_and_an_appointment_are_read_with_one_question(desk: DeskClient, asked: list[str]) -> None:
    """B8."""
    await desk.plan()
    visit = (await desk.book("09:00", 1)).json()["visit_id"]
    asked.clear()
    assert (await desk.get(f"/days/{THE_DAY}/board")).status_code == 200
    assert (await desk.get(f"/appointments/{visit}")).status_code == 200
    assert asked == ["load_together", "load"]


async def test_a_late_comer_reads_days_in_brief_and_none_twice(desk: DeskClient, asked: list[str]) -> None:
    """B2: what takes nothing yet stands in nobody's way; the days farther away are those after the nearest."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=1))
    await desk.book("09:00", 1)
    asked.clear()
    assert (await desk.book("10:00", 1)).status_code == 409
    assert asked == ["load_together", "load_together", "briefs", "briefs"]


async def test_a_month_of_offers_is_one_question_however_many_days_have_bookings(
    desk: DeskClient, asked: list[str]
) -> None:
    """B2: the dealer with his calendar and the days in brief."""
    await desk.plan()
    await desk.book("09:00", 1)
    asked.clear()
    found = await desk.get("/offers", work_class="PM", hours=1, **{"from": str(THE_DAY), "to": "2025-07-23"})
    assert (found.status_code, len(found.json()["items"])) == (200, 10)
    assert asked == ["load_together"]


async def test_a_refused_caller_changes_nothing_and_is_answered_before_he_queues(
    desk: DeskClient, asked: list[str]
) -> None:
    """B2: those for whom nothing is left do not queue for the day."""
    await desk.plan()
    await desk.book("09:00", 16)
    asked.clear()
    refused = await desk.post("/appointments", a_hold_body("10:00", 1))
    assert (refused.status_code, refused.json()["code"]) == (409, "hours-taken")
    assert "commit" not in asked
