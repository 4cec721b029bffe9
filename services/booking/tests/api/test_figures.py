"""Booking's own figures over HTTP (B13, B14, B20)."""

from datetime import timedelta

from booking.consumers.reception import on_estimate_authorised, on_vehicle_arrived
from booking.consumers.workshop import on_job_carried_over
from booking.storage.documents import APPOINTMENTS
from booking.usecases.due import miss_appointment
from booking_builders import (
    GR,
    PM,
    THE_DAY,
    a_fact_of,
    a_line,
    an_arrival,
    an_arrival_of,
    an_authorisation,
    at,
    class_hours,
)
from booking_desk import a_confirm_body
from booking_journeys import POLICY, Desk
from chassis.testing import memory_unit
from contracts.workshop import JobCarriedOver

THAT_DAY = {"from": str(THE_DAY), "to": str(THE_DAY)}


async def heard(runtime, handler, event, visit, clock):
    await Desk(runtime.store).do(lambda unit: handler(unit, a_fact_of(event, visit, at(clock))))


async def a_day_with_everything(desk, runtime) -> None:
    """Two arrive, one of them late in the hour; one is missed, one cancelled, one walks in, one stayed overnight."""
    await desk.plan()
    for clock, source in (("08:00", "CARD"), ("08:15", "CARD"), ("09:00", "WEB_SITE"), ("10:00", "")):
        assert (await desk.book(clock, 1, confirm=a_confirm_body(source=source))).status_code == 201
    unit = memory_unit(store=runtime.store)
    first, second, third, fourth = [
        one.visit_id for one in await unit.query(APPOINTMENTS, {"day": THE_DAY}, sort=[("arrival", 1)])
    ]
    await desk.post(f"/appointments/{fourth}/cancellation", {})
    await heard(runtime, on_vehicle_arrived, an_arrival(), first, "08:00")
    await heard(runtime, on_vehicle_arrived, an_arrival(), second, "08:20")
    await heard(runtime, on_vehicle_arrived, an_arrival_of("wang"), "walk-in", "09:10")
    due = at("09:30")
    await Desk(runtime.store).do(lambda unit: miss_appointment(unit, third, due, POLICY), due)
    await desk.post(f"/appointments/{third}/no-show-reason", {"reason": "FORGOT"})
    kept = (class_hours(GR, 8),)
    night = JobCarriedOver(from_day=THE_DAY - timedelta(days=1), to_day=THE_DAY, remaining=kept, reason="PARTS")
    await heard(runtime, on_job_carried_over, night, "kept", "07:00")


async def test_rates_mix_use_and_reasons_of_a_day(desk, runtime):
    """B13: 2 of 3 visits were booked; 1 of 3 appointments was missed."""
    await a_day_with_everything(desk, runtime)
    told = (await desk.get("/figures", **THAT_DAY)).json()
    assert (told["visits"], told["booked_visits"], round(told["booking_rate"], 3)) == (3, 2, 0.667)
    assert (told["appointments"], told["cancelled"], told["missed"]) == (4, 1, 1)
    assert round(told["no_show_rate"], 3) == 0.333
    assert (told["no_show_reasons"], told["carry_over_reasons"]) == ({"FORGOT": 1}, {"PARTS": 1})
    pm, gr, _ = told["classes"]
    assert (pm["assigned"], pm["utilisation"], pm["share_of_assigned"]) == (2, 2 / 16, 1)
    assert (gr["carried_over"], gr["utilisation"]) == (8, 0.25)


async def test_each_source_says_what_it_brought(desk, runtime):
    """B14."""
    await a_day_with_everything(desk, runtime)
    told = {row["source"]: row for row in (await desk.get("/figures", **THAT_DAY)).json()["sources"]}
    assert (told["CARD"]["booked"], told["CARD"]["arrived"]) == (2, 2)
    assert (told["WEB_SITE"]["missed"], told[""]["cancelled"]) == (1, 1)


async def test_arrivals_are_counted_by_weekday_and_hour_of_the_dealers_clock(desk, runtime):
    """B13, B19: Monday at eight in Shanghai is Monday midnight elsewhere."""
    await a_day_with_everything(desk, runtime)
    told = (await desk.get("/figures", **THAT_DAY)).json()["traffic"]
    assert told == [
        {"weekday": 0, "hour": 8, "booked": 2, "walk_in": 0},
        {"weekday": 0, "hour": 9, "booked": 0, "walk_in": 1},
    ]


async def test_no_more_than_92_days_are_reckoned_at_once(desk):
    asked = {"from": "2025-01-01", "to": "2025-12-31"}
    assert (await desk.get("/figures", **asked)).json()["code"] == "range-too-wide"


async def test_the_forecast_names_its_method_and_how_well_it_did(desk, runtime):
    """B13: a week after a Monday with two bookings."""
    await desk.plan()
    await desk.book("08:00", 1)
    await desk.book("08:15", 1)
    runtime.clock.move(at("06:00", THE_DAY + timedelta(days=7)))
    told = (await desk.get("/forecast", days=2)).json()
    assert [day["bookings"] for day in told["days"]] == [2, None]
    assert (told["method"], told["tried_on_days"]) == ("mean of the last 8 same weekdays worked", 0)


async def test_the_reserve_for_additional_work_is_learned_and_says_why(desk, runtime):
    """B20: 20 booked visits of half an hour, each with a quarter of an hour found later: a third of a full day."""
    await _twenty_visits_with_work_found(desk, runtime)
    pm, _, quick = (await desk.get("/reserve-proposal", day=str(THE_DAY))).json()["items"]
    assert (pm["reserve"], quick["reserve"]) == (round(16 / 3, 2), None)
    assert "20 booked visits" in pm["because"] and "50% more" in pm["because"]


async def _twenty_visits_with_work_found(desk, runtime):
    await desk.plan()
    for n in range(20):
        clock = f"{8 + n // 4:02}:{n % 4 * 15:02}"
        visit = (await desk.hold(clock, 0.5)).json()["visit_id"]
        await desk.post(f"/appointments/{visit}/confirmation", a_confirm_body())
        await heard(runtime, on_vehicle_arrived, an_arrival(), visit, clock)
        found = an_authorisation(a_line("S1", PM, 0.25), booked=True, supplement=True)
        await heard(runtime, on_estimate_authorised, found, visit, "11:00")
    runtime.clock.move(at("18:00"))


async def test_the_learned_reserve_is_taken_over_with_its_reason_and_taken_back_by_hand(desk, runtime):
    """B20, B1, X4: from the day on, told in the dealer's language; a class with too few visits keeps what it had.

    Who changes the shop and says nothing of the learned reserve leaves it as it is.
    """
    next_week = THE_DAY + timedelta(days=7)
    too_early = await desk.put("/calendar/learned-reserve", {"effective_from": str(next_week)})
    (shop,) = too_early.json()["shops"]
    assert shop["walk_in_reserve"] == [] and "定期保养: 8 周内 0 次预约到店" in shop["reserve_reason"]
    await _twenty_visits_with_work_found(desk, runtime)
    shifts = [{"weekday": n, "start": "08:00", "end": "16:00"} for n in range(7)]
    for who in ("T1", "T2"):
        employed = {"effective_from": str(next_week), "shifts": shifts, "work_classes": ["PM"]}
        assert (await desk.put(f"/calendar/staff/{who}", employed)).status_code == 200
    by_hand = {"effective_from": str(next_week), "walk_in_reserve": [{"work_class": "GR", "hours": 2}]}
    assert (await desk.put("/calendar/shop", by_hand)).status_code == 200
    learned = await desk.put("/calendar/learned-reserve", {"effective_from": str(next_week)})
    assert learned.status_code == 200, learned.text
    shop = learned.json()["shops"][-1]
    assert shop["walk_in_reserve"] == by_hand["walk_in_reserve"]
    assert [(part["work_class"], round(part["hours"], 2)) for part in shop["learned_reserve"]] == [("PM", 5.33)]
    assert "20 次预约到店" in shop["reserve_reason"] and "比预约多 50%" in shop["reserve_reason"]
    assert round((await desk.balance("PM", next_week))["bookable"], 2) == 10.67
    await desk.put("/calendar/shop", by_hand)
    assert round((await desk.balance("PM", next_week))["bookable"], 2) == 10.67
    await desk.put("/calendar/shop", by_hand | {"learned_reserve": []})
    assert (await desk.balance("PM", next_week))["bookable"] == 16


async def test_the_learned_reserve_is_that_of_a_day_worked_and_stands_beside_the_one_for_walk_ins(desk, runtime):
    """B20, B1: taken over from a Sunday on, when nobody works; what is planned of the shop for later has it too."""
    await _twenty_visits_with_work_found(desk, runtime)
    sunday, monday, after = [THE_DAY + timedelta(days=n) for n in (6, 7, 14)]
    shifts = [{"weekday": n, "start": "08:00", "end": "16:00"} for n in range(6)]
    for who in ("T1", "T2"):
        await desk.put(
            f"/calendar/staff/{who}", {"effective_from": str(sunday), "shifts": shifts, "work_classes": ["PM"]}
        )
    for day, walk_ins, lane in ((sunday, 4, 0), (after, 3, 2)):
        reserve = [{"work_class": "PM", "hours": walk_ins}]
        shop = {"effective_from": str(day), "walk_in_reserve": reserve, "quick_lane": lane}
        assert (await desk.put("/calendar/shop", shop)).status_code == 200
    learned = await desk.put("/calendar/learned-reserve", {"effective_from": str(sunday)})
    assert learned.status_code == 200, learned.text
    bookable = [round((await desk.balance("PM", day))["bookable"], 2) for day in (monday, after)]
    assert bookable == [round(16 - 4 - 16 / 3, 2), round(16 - 3 - 16 / 3, 2)]
    assert [shop["quick_lane"] for shop in learned.json()["shops"]] == [0, 2]
