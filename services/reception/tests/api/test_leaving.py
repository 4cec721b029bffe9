"""Who goes before anybody greets him leaves the queue by hand, and may come back (R1)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from contracts.reception import CustomerGreeted, CustomerLeft, CustomerReturned, VehicleArrived, VehicleProtected
from reception_builders import NINE
from reception_door import WALK_IN, Door
from reception_requests import QUESTIONNAIRE, STATIONS

CALLED_AWAY = {"reason": "CALLED_AWAY"}


async def arrived(door: Door) -> str:
    return (await door.post("/arrivals", WALK_IN)).json()["visit_id"]


async def waiting(door: Door) -> list[str]:
    return [one["visit_id"] for one in (await door.get("/queue")).json()["items"]]


def at(door: Door, **after: int) -> datetime:
    """Moves the counter's clock to so long after nine."""
    now = NINE + timedelta(**after)
    door.runtime.clock.move(now)
    return now


async def test_who_leaves_before_the_greeting_is_out_of_the_queue_and_counts_as_one_who_left(door: Door) -> None:
    """R1: with the time he waited until then, and why; a second click changes nothing."""
    first, second = await arrived(door), await arrived(door)
    at(door, minutes=12)
    left = await door.post(f"/visits/{first}/departure", CALLED_AWAY)
    assert left.status_code == 200, left.text
    assert (left.json()["left_reason"], left.json()["waited_seconds"]) == ("CALLED_AWAY", 720)
    assert await waiting(door) == [second]
    at(door, minutes=20)
    again = (await door.post(f"/visits/{first}/departure", CALLED_AWAY)).json()
    assert again == left.json()
    assert door.others.announced(CustomerLeft) == [CustomerLeft(reason="CALLED_AWAY", waited_seconds=720)]
    assert door.others.announced(CustomerGreeted) == []
    times = (await door.get("/waiting-times")).json()
    assert (times["arrived"], times["greeted"], times["longest"]) == (2, 0, None)
    assert (times["left"], times["left_mean"], times["left_reasons"]) == (1, 720, {"CALLED_AWAY": 1})
    assert [row["state"] for row in (await door.get("/visits")).json()["items"]] == ["LEFT", "ARRIVED"]


async def test_who_left_for_one_reason_does_not_leave_for_another(door: Door) -> None:
    """R1: what was recorded first stands until he is back; a reason is one of the list."""
    visit = await arrived(door)
    assert (await door.post(f"/visits/{visit}/departure", {"reason": "BORED"})).status_code == 422
    await door.post(f"/visits/{visit}/departure", CALLED_AWAY)
    refused = await door.post(f"/visits/{visit}/departure", {"reason": "WRONG_DEALER"})
    assert (refused.status_code, refused.json()["code"]) == (409, "customer-left")


async def test_who_was_attended_to_does_not_leave_the_queue(door: Door) -> None:
    """R1: after the greeting, or once the dealer's app opened his repair order, he is no customer who went unseen."""
    visit = await arrived(door)
    await door.post(f"/visits/{visit}/greeting", {"advisor": "bo"})
    refused = await door.post(f"/visits/{visit}/departure", CALLED_AWAY)
    assert (refused.status_code, refused.json()["code"]) == (409, "customer-attended")
    assert (await door.get("/waiting-times")).json()["left"] == 0
    other = await arrived(door)
    await door.post(f"/visits/{other}/questionnaire", QUESTIONNAIRE, role="app")
    for station, seen in STATIONS.items():
        await door.post(f"/visits/{other}/walk-around/stations/{station}", seen, role="app")
    await door.post(f"/visits/{other}/walk-around/signature", {"signature": "s/1"}, role="app")
    order = {"advisor": "bo", "diagnosis_first": True}
    assert (await door.post(f"/visits/{other}/repair-order", order, role="app")).status_code == 201
    assert await waiting(door) == [other]
    refused = await door.post(f"/visits/{other}/departure", CALLED_AWAY)
    assert (refused.status_code, refused.json()["code"]) == (409, "customer-attended")


async def test_who_comes_back_the_same_day_waits_again_with_what_he_had_waited(door: Door) -> None:
    """R1: the time in between is not waiting; a second click changes nothing, a wrong one is undone the same way."""
    first, second = await arrived(door), await arrived(door)
    at(door, seconds=40)
    await door.post(f"/visits/{first}/departure", CALLED_AWAY)
    at(door, hours=3)
    for _ in range(2):
        back = await door.post(f"/visits/{first}/return", {})
        assert (back.status_code, back.json()["left_at"]) == (200, None)
    at(door, hours=3, seconds=25)
    queue = (await door.get("/queue")).json()["items"]
    assert [(one["visit_id"], one["waiting_seconds"]) for one in queue] == [(second, 10_825), (first, 65)]
    greeted = await door.post(f"/visits/{first}/greeting", {"advisor": "bo"})
    assert greeted.json()["waited_seconds"] == 65
    assert door.others.announced(CustomerReturned) == [CustomerReturned(waited_seconds=40)]
    assert len(door.others.announced(VehicleArrived)) == 2
    times = (await door.get("/waiting-times")).json()
    assert (times["left"], times["left_mean"], times["greeted"], times["longest"]) == (0, None, 1, 65)


async def test_nothing_goes_on_with_a_customer_who_left_until_he_is_back(door: Door) -> None:
    """R1: what is posted for him would greet nobody; the refusal tells how he comes back."""
    visit = await arrived(door)
    refused = await door.post(f"/visits/{visit}/return", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "customer-did-not-leave")
    await door.post(f"/visits/{visit}/departure", CALLED_AWAY)
    covers = {"covers": ["SEAT"], "customer_present": True, "valuables": []}
    steps: dict[str, dict[str, Any]] = {
        "greeting": {"advisor": "bo"},
        "questionnaire": QUESTIONNAIRE,
        "protection": covers,
        "walk-around/stations/LEFT_FRONT_DOOR": STATIONS["LEFT_FRONT_DOOR"],
        "walk-around/signature": {"signature": "signatures/1"},
    }
    for role in ("advisor", "app"):
        for step, body in steps.items():
            refused = await door.post(f"/visits/{visit}/{step}", body, role=role)
            assert (refused.status_code, refused.json()["code"]) == (409, "customer-left"), step
    assert door.others.announced(VehicleProtected) == []
    await door.post(f"/visits/{visit}/return", {})
    assert (await door.post(f"/visits/{visit}/protection", covers)).status_code == 200
    await door.checks_in(visit)


async def test_no_repair_order_is_opened_for_a_customer_who_left(door: Door) -> None:
    """R1, R7: whom the dealer's app checked in and nobody greeted."""
    visit = await arrived(door)
    await door.post(f"/visits/{visit}/questionnaire", QUESTIONNAIRE, role="app")
    for station, seen in STATIONS.items():
        await door.post(f"/visits/{visit}/walk-around/stations/{station}", seen, role="app")
    await door.post(f"/visits/{visit}/walk-around/signature", {"signature": "s/1"}, role="app")
    await door.post(f"/visits/{visit}/departure", {"reason": "LEFT_WITHOUT_SERVICE"})
    refused = await door.post(f"/visits/{visit}/repair-order", {"advisor": "bo", "diagnosis_first": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "customer-left")


@pytest.mark.parametrize("step", ["departure", "return"])
async def test_a_queue_that_is_over_is_not_changed_any_more(door: Door, step: str) -> None:
    """R1: at midnight nobody stands in it any more, and no wait of a night is recorded."""
    left, stayed = await arrived(door), await arrived(door)
    await door.post(f"/visits/{left}/departure", CALLED_AWAY)
    at(door, hours=15)
    visit, body = (left, {}) if step == "return" else (stayed, CALLED_AWAY)
    refused = await door.post(f"/visits/{visit}/{step}", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "queue-over")


async def test_why_a_customer_left_stands_in_the_trail(door: Door) -> None:
    """R1, X2: who took him out of the queue, and why, in the reader's language."""
    visit = await arrived(door)
    await door.post(f"/visits/{visit}/departure", {"reason": "REGISTERED_TWICE"})
    await door.post(f"/visits/{visit}/return", {})
    told = (await door.get(f"/visits/{visit}/trail")).json()["items"]
    assert [(one["type"], one["reason"]) for one in told] == [
        ("reception.vehicle-arrived.v1", ""),
        ("reception.customer-left.v1", "REGISTERED_TWICE"),
        ("reception.customer-returned.v1", ""),
    ]
    assert told[1]["actor"].startswith("advisor:") and told[1]["why"] == "Registered twice"
