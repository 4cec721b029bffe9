"""Mobility and loaner cars (B17)."""

from datetime import datetime

import pytest
from booking.consumers.reception import on_vehicle_delivered
from booking.usecases.due import miss_appointment
from booking.usecases.record_arrival import RecordArrival, record_arrival
from booking_builders import a_delivery, at
from booking_desk import a_hold_body, instant
from booking_journeys import POLICY, Desk
from chassis.testing import a_fact
from contracts.booking import MobilityArranged

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


async def move(desk, visit, clock: str):
    body = {name: value for name, value in a_hold_body(clock).items() if name != "channel"}
    return await desk.post(f"/appointments/{visit}/reschedule", body)


async def missed(runtime, visit, due) -> None:
    await Desk(runtime.store).do(lambda unit: miss_appointment(unit, visit, due, POLICY), due)


async def came(runtime, visit, at, now) -> None:
    """Reception's fact, as late as ``now``."""
    order = RecordArrival("SH001", visit, at)
    await Desk(runtime.store).do(lambda unit: record_arrival(unit, order), now)


def arrangement(runtime) -> tuple[object, ...]:
    """What was announced last of somebody's mobility."""
    told = [event for event in runtime.store.announced_events() if isinstance(event, MobilityArranged)][-1]
    return told.mobility, told.loaner, told.start, told.end


async def delivered(runtime, visit, when) -> None:
    """Reception's fact: the customer has his own vehicle again."""
    fact = a_fact(a_delivery(), visit_id=visit, at=when)
    await Desk(runtime.store).do(lambda unit: on_vehicle_delivered(unit, fact), when)


async def spans(desk) -> list[tuple[str, str, datetime, datetime]]:
    """Who has which car from when to when."""
    cars = (await desk.get("/loaners")).json()["items"]
    return [
        (car["code"], loan["visit_id"], instant(loan["start"]), instant(loan["end"]))
        for car in cars
        for loan in car["loans"]
    ]


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


async def test_a_cancelled_or_missed_appointment_gives_its_car_back(desk, runtime):
    """B17, B10, B11."""
    await a_fleet(desk, cars=2)
    visits = [await a_visit(desk, clock) for clock in ("09:00", "09:30")]
    for visit in visits:
        await lend(desk, visit)
    assert len(await loans(desk)) == 2
    await desk.post(f"/appointments/{visits[0]}/cancellation", {})
    due = at("10:00")
    await Desk(runtime.store).do(lambda unit: miss_appointment(unit, visits[1], due, POLICY), due)
    assert await loans(desk) == []


@pytest.mark.parametrize(
    ("cars", "others", "told"),
    [
        (2, [], ("LOANER", "L1", at("14:00"), at("22:00"))),
        (2, ["12:00"], ("LOANER", "L2", at("14:00"), at("22:00"))),
        (1, ["12:00"], ("NONE", None, None, None)),
    ],
    ids=["his own", "another one", "none is free"],
)
async def test_a_moved_appointment_takes_its_car_with_it_for_as_long(desk, runtime, cars, others, told):
    """B17, B11: else any free one; where there is none the desk hears that nothing is arranged any more."""
    await a_fleet(desk, cars)
    visit = await a_visit(desk)
    await lend(desk, visit, "17:00")
    for clock in others:
        out = CAR | {"out_of_service_from": at(clock).isoformat()}
        await desk.put("/loaners/L1", out)
    assert (await move(desk, visit, "14:00")).status_code == 200
    assert arrangement(runtime) == told
    shown = (await desk.get(f"/appointments/{visit}")).json()
    assert (shown["mobility"], shown["loaner"]) == told[:2]
    assert await loans(desk) == ([visit] if told[1] else [])


async def test_who_had_come_in_time_after_all_gets_a_car_again(desk, runtime):
    """B10, B17: from now on until the agreed time; the car may have gone to somebody else meanwhile."""
    await a_fleet(desk, cars=1)
    first, second = await a_visit(desk), await a_visit(desk, "09:15")
    await lend(desk, first)
    assert (await lend(desk, second)).json()["code"] == "loaner-taken"
    await missed(runtime, first, at("09:30"))
    assert await loans(desk) == []
    await came(runtime, first, at("09:10"), now=at("09:40"))
    assert arrangement(runtime) == ("LOANER", "L1", at("09:40"), at("17:00"))
    assert await loans(desk) == [first]


async def test_who_had_come_in_time_and_finds_no_car_free_is_told_to_the_desk(desk, runtime):
    """B10, B17."""
    await a_fleet(desk, cars=1)
    first, second = await a_visit(desk), await a_visit(desk, "10:00")
    await lend(desk, first)
    await missed(runtime, first, at("09:30"))
    await lend(desk, second)
    await came(runtime, first, at("09:10"), now=at("09:40"))
    assert arrangement(runtime) == ("NONE", None, None, None)
    assert await loans(desk) == [second]


async def test_a_loan_is_made_or_prolonged_after_the_arrival(desk, runtime):
    """B17: who has a car keeps it, also where another one comes first; it is his since he got it."""
    await a_fleet(desk, cars=2)
    first, second = await a_visit(desk), await a_visit(desk, "09:15")
    await lend(desk, first, "11:00", loaner="L2")
    for visit in (first, second):
        await came(runtime, visit, at("09:00"), now=at("09:20"))
    runtime.clock.move(at("10:00"))
    assert (await lend(desk, first, "09:30")).json()["code"] == "loan-too-short"
    assert (await lend(desk, first, "17:00")).json()["loaner"] == "L2"
    assert arrangement(runtime) == ("LOANER", "L2", at("09:00"), at("17:00"))
    assert (await lend(desk, second, "12:00")).json()["loaner"] == "L1"
    assert arrangement(runtime) == ("LOANER", "L1", at("10:00"), at("12:00"))
    assert await spans(desk) == [("L1", second, at("10:00"), at("12:00")), ("L2", first, at("09:00"), at("17:00"))]


async def test_who_had_a_car_until_another_arrangement_stays_written_down(desk, runtime):
    """B17, X2: a car goes back at 13:00, the next at 15:00, the first is had again; each is free from then on."""
    await a_fleet(desk, cars=2)
    visit, other = await a_visit(desk), await a_visit(desk, "09:15")
    await lend(desk, visit, "18:00", loaner="L1")
    for one in (visit, other):
        await came(runtime, one, at("09:00"), now=at("09:05"))
    runtime.clock.move(at("13:00"))
    assert (await lend(desk, visit, "18:00", loaner="L2")).status_code == 200
    assert (await lend(desk, other, "14:00", loaner="L1")).status_code == 200
    runtime.clock.move(at("15:00"))
    assert (await desk.post(f"/appointments/{visit}/mobility", {"mobility": "SHUTTLE"})).status_code == 200
    runtime.clock.move(at("16:00"))
    assert (await lend(desk, visit, "17:00", loaner="L1")).status_code == 200
    assert await spans(desk) == [
        ("L1", visit, at("09:00"), at("13:00")),
        ("L1", other, at("13:00"), at("14:00")),
        ("L1", visit, at("16:00"), at("17:00")),
        ("L2", visit, at("13:00"), at("15:00")),
    ]


async def test_the_car_is_free_from_the_delivery_on(desk, runtime):
    """B17, R16: the vehicle is ready before the agreed time; said twice, nothing changes."""
    await a_fleet(desk)
    visit, next_one = await a_visit(desk), await a_visit(desk, "13:00")
    await lend(desk, visit, "18:00")
    await came(runtime, visit, at("09:00"), now=at("09:00"))
    assert (await lend(desk, next_one, "17:00")).json()["code"] == "loaner-taken"
    for _ in range(2):
        await delivered(runtime, visit, at("12:00"))
    assert (await lend(desk, next_one, "17:00")).status_code == 200
    assert await spans(desk) == [("L1", visit, at("09:00"), at("12:00")), ("L1", next_one, at("13:00"), at("17:00"))]


async def test_a_car_that_was_to_be_lent_only_after_the_delivery_is_not_lent(desk, runtime):
    """B17: he is done before the car is his, so nothing is arranged any more."""
    await a_fleet(desk)
    visit = await a_visit(desk)
    await lend(desk, visit)
    await came(runtime, visit, at("08:30"), now=at("08:30"))
    await delivered(runtime, visit, at("08:50"))
    assert arrangement(runtime) == ("NONE", None, None, None)
    assert await spans(desk) == []


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
