"""Mobility and loaner cars (B17)."""

import pytest
from booking.usecases.due import miss_appointment
from booking.usecases.record_arrival import RecordArrival, record_arrival
from booking_builders import at
from booking_desk import a_hold_body
from booking_journeys import POLICY, Desk

CAR = {"plate": "沪B00001", "model": "Corolla"}


async def a_fleet(desk, cars: int = 1, **more) -> None:
    await desk.plan()
    for n in range(cars):
        assert (await desk.put(f"/loaners/L{n + 1}", CAR | more)).status_code == 200


async def a_visit(desk, clock: str = "09:00") -> str:
    return (await desk.book(clock)).json()["visit_id"]


async def lend(desk, visit, until: str = "17:00", **more):
    body = {"mobility": "LOANER", "until": at(until).isoformat()} | more
    return await desk.post(f"/appointments/{visit}/mobility", body)


async def loans(desk) -> list[str]:
    return [loan["visit_id"] for car in (await desk.get("/loaners")).json()["items"] for loan in car["loans"]]


@pytest.mark.parametrize("mobility", ["WAITS", "SHUTTLE", "PICK_UP_AND_DELIVERY", "AT_CUSTOMERS_PLACE"])
async def test_what_needs_no_car_is_recorded_and_announced(desk, runtime, mobility):
    """B17."""
    await desk.plan()
    answer = await desk.post(f"/appointments/{await a_visit(desk)}/mobility", {"mobility": mobility})
    assert (answer.status_code, answer.json()["mobility"]) == (200, mobility)
    assert runtime.store.announced_events()[-1].mobility == mobility


async def test_a_loaner_is_lent_to_one_customer_at_a_time(desk):
    """B17: from the arrival to the agreed time; the next one may have it from then on."""
    await a_fleet(desk)
    first, second, third = [await a_visit(desk, clock) for clock in ("09:00", "10:00", "11:00")]
    assert (await lend(desk, first, "11:00")).json()["loaner"] == "L1"
    assert (await lend(desk, second)).json()["code"] == "loaner-taken"
    assert (await lend(desk, third)).status_code == 200
    assert await loans(desk) == [first, third]


async def test_another_free_car_is_taken_unless_one_is_wished_by_name(desk):
    """B17."""
    await a_fleet(desk, cars=2)
    first, second = await a_visit(desk), await a_visit(desk, "10:00")
    await lend(desk, first)
    assert (await lend(desk, second, loaner="L1")).json()["code"] == "loaner-taken"
    assert (await lend(desk, second)).json()["loaner"] == "L2"


async def test_a_car_out_of_service_is_not_lent_beyond_that_time(desk):
    """B17."""
    await a_fleet(desk, out_of_service_from=at("12:00").isoformat())
    visit = await a_visit(desk)
    assert (await lend(desk, visit, "13:00")).json()["code"] == "loaner-taken"
    assert (await lend(desk, visit, "12:00")).status_code == 200


async def test_a_loan_ends_after_it_begins(desk):
    await a_fleet(desk)
    visit = await a_visit(desk)
    assert (await lend(desk, visit, "08:00")).json()["code"] == "loan-too-short"
    body = {"mobility": "LOANER"}
    assert (await desk.post(f"/appointments/{visit}/mobility", body)).json()["code"] == "loan-too-short"


async def test_a_cancelled_moved_or_missed_appointment_gives_its_car_back(desk, runtime):
    """B17, B10, B11."""
    await a_fleet(desk, cars=3)
    visits = [await a_visit(desk, clock) for clock in ("09:00", "09:15", "09:30")]
    for visit in visits:
        await lend(desk, visit)
    assert len(await loans(desk)) == 3
    await desk.post(f"/appointments/{visits[0]}/cancellation", {})
    move = {name: value for name, value in a_hold_body("14:00").items() if name != "channel"}
    await desk.post(f"/appointments/{visits[1]}/reschedule", move)
    due = at("10:00")
    await Desk(runtime.store).do(lambda unit: miss_appointment(unit, visits[2], due, POLICY), due)
    assert await loans(desk) == []


async def test_who_comes_after_the_grace_time_has_no_car_kept_any_more(desk, runtime):
    """B10, B17: the news of the late arrival come before the no-show's timer; the next customer may have the car."""
    await a_fleet(desk)
    late, next_one = await a_visit(desk), await a_visit(desk, "10:00")
    await lend(desk, late)
    arrival = RecordArrival("SH001", late, at("09:50"))
    await Desk(runtime.store).do(lambda unit: record_arrival(unit, arrival), at("09:50"))
    assert (await desk.get(f"/appointments/{late}")).json()["state"] == "NO_SHOW"
    assert await loans(desk) == []
    assert (await lend(desk, next_one)).json()["loaner"] == "L1"


async def test_who_changes_his_mind_frees_the_car(desk):
    """B17: the newest word holds."""
    await a_fleet(desk)
    visit = await a_visit(desk)
    await lend(desk, visit)
    await desk.post(f"/appointments/{visit}/mobility", {"mobility": "SHUTTLE"})
    assert await loans(desk) == []
