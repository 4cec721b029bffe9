"""The calendar over HTTP (B1, W14)."""

from booking_builders import THE_DAY

WEEK = [{"weekday": n, "start": "08:00", "end": "17:00", "pause_minutes": 60} for n in range(6)]
FROM = {"effective_from": "2025-06-20"}


async def employ(desk, code="tim", **more):
    return await desk.put(f"/calendar/staff/{code}", FROM | {"shifts": WEEK, "work_classes": ["PM"]} | more)


async def test_days_are_booked_from_the_staffs_shifts_and_leave_takes_their_hours_away(desk):
    """B1: an overloaded day is shown and nothing is cancelled."""
    assert (await employ(desk)).status_code == 200
    booked = await desk.book("09:00", 2)
    assert booked.status_code == 201
    leave = {"leaves": [{"first": str(THE_DAY), "last": str(THE_DAY), "reason": "ILL"}]}
    assert (await desk.put("/calendar/staff/tim/leave", leave)).status_code == 200
    balance = await desk.balance()
    assert (balance["available"], balance["bookable"], balance["overloaded"]) == (0, -2, True)
    assert (await desk.get(f"/appointments/{booked.json()['visit_id']}")).json()["state"] == "CONFIRMED"


async def test_public_holidays_and_made_up_days_stand_in_the_calendar_with_their_reason(desk):
    """B1: the first days of October 2025 in China."""
    await employ(desk)
    assert (await desk.put("/calendar/shop", FROM | {"holidays": "CN"})).status_code == 200
    shown = (await desk.get("/calendar/days", **{"from": "2025-09-27", "to": "2025-10-11"})).json()["items"]
    works = {day["day"]: day["works"] for day in shown}
    assert works["2025-09-28"] and works["2025-10-09"] and works["2025-10-11"]
    assert not any(works[f"2025-10-0{n}"] for n in (1, 2, 3, 6, 7, 8))
    told = {day["day"]: day["said"] for day in shown}
    assert "make-up" in told["2025-09-28"] and "National Day" in told["2025-10-01"]


async def test_the_dealer_opens_a_holiday_by_its_own_word(desk):
    await employ(desk)
    await desk.put("/calendar/shop", FROM | {"holidays": "CN"})
    assert (await desk.put("/calendar/days/2025-10-01", {"closed": False, "reason": "show"})).status_code == 200
    (shown,) = (await desk.get("/calendar/days", **{"from": "2025-10-01", "to": "2025-10-01"})).json()["items"]
    assert (shown["works"], shown["said"]) == (True, "show")
    assert (await desk.get("/calendar")).json()["days"][0]["day"] == "2025-10-01"


async def test_days_that_are_over_are_frozen(desk):
    """B1: the calendar and a day's own plan alike."""
    for path, body in (
        ("/calendar/staff/tim", {"effective_from": "2025-06-19"}),
        ("/calendar/days/2025-06-19", {"closed": True}),
        ("/days/2025-06-19/capacity", {"technicians": []}),
        ("/weekly-capacity", {"weekdays": [], "effective_from": "2025-06-19"}),
    ):
        assert (await desk.put(path, body)).json()["code"] == "past-days-are-frozen"


async def test_an_unknown_country_is_refused(desk):
    assert (await desk.put("/calendar/shop", FROM | {"holidays": "XX"})).json()["code"] == "country-unknown"


async def test_no_more_than_92_days_are_shown_at_once(desk):
    asked = {"from": "2025-01-01", "to": "2025-12-31"}
    assert (await desk.get("/calendar/days", **asked)).json()["code"] == "range-too-wide"


async def test_a_time_on_the_dealers_clock_has_no_offset(desk):
    """B19: a shift from 08:00Z to 17:00 was a failure of ours instead of a mistake of the caller's."""
    shift = {"weekday": 0, "start": "08:00Z", "end": "17:00"}
    refused = await employ(desk, shifts=[shift])
    assert refused.status_code == 422
    assert "no offset" in refused.text
