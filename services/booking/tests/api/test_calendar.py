"""The calendar over HTTP (B1, W14)."""

from dataclasses import replace
from datetime import date, timedelta

from booking.consumers.headquarters import on_dealer_changed
from booking_builders import GR, PM, THE_DAY, a_registration, at
from booking_desk import PM_TEAM, a_plan_body
from chassis.testing import a_fact, memory_unit
from contracts.booking import OpeningPlanned
from contracts.headquarters import DealerChanged, OpeningHours

ZH = {"Accept-Language": "zh"}
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


async def test_the_ordinary_week_plans_the_days_before_the_first_technicians_day(desk, runtime):
    """B1: with effect from a day on; neither the days until then nor those that are over become empty."""
    ordinary = [{"weekday": n, **a_plan_body(PM_TEAM)} for n in range(6)]
    assert (await desk.put("/weekly-capacity", {"weekdays": ordinary})).status_code == 200
    await desk.put("/calendar/staff/tim/leave", {"leaves": []})
    assert (await desk.balance())["available"] == 16
    first_day = THE_DAY + timedelta(days=8)
    assert (await employ(desk, effective_from=str(first_day))).status_code == 200
    assert (await desk.book("09:00", 2)).status_code == 201
    runtime.clock.move(at("08:00", first_day))
    asked = {"from": str(THE_DAY), "to": str(first_day)}
    shown = (await desk.get("/calendar/days", **asked)).json()["items"]
    hours = {day["day"]: day["hours_by_class"]["PM"] for day in shown}
    assert (hours[str(THE_DAY)], hours["2025-06-30"], hours[str(first_day)]) == (16, 16, 8)


async def test_until_the_first_advisors_day_every_advisor_of_the_dealer_receives(desk):
    """B1, B2: an advisor from next month on does not close the days until then."""
    await employ(desk)
    anna = await employ(desk, "anna", effective_from="2025-07-01", work_classes=[], receives=True)
    assert anna.status_code == 200
    assert (await desk.book("09:00", 2)).json()["advisor"] == "wang"
    assert (await desk.hold("09:00", 1, day=THE_DAY + timedelta(days=8))).json()["advisor"] == "anna"


async def test_staffs_hours_are_shared_by_the_networks_mix_until_the_shop_says_another(desk, app):
    """B1: the network's figure reaches calendars from staff as well as plans of a day."""
    app.state.policy = replace(app.state.policy, class_mix={PM: 50, GR: 50})
    await employ(desk, work_classes=["PM", "GR"])
    assert (await desk.balance("GR"))["available"] == 4
    assert (await desk.put("/calendar/shop", FROM)).json()["shops"][0]["mix"] == {"PM": 50, "GR": 50}
    assert (await desk.balance("GR"))["available"] == 4
    await desk.put("/calendar/shop", FROM | {"mix": {"PM": 75, "GR": 25}})
    assert (await desk.balance("GR"))["available"] == 2


async def test_why_a_day_is_closed_or_worked_is_told_in_the_language_asked_for(desk):
    """B1, X4: the holiday's name, the made-up working day, and the dealer's word without a reason."""
    await employ(desk)
    await desk.put("/calendar/shop", FROM | {"holidays": "CN"})
    await desk.put("/calendar/days/2025-09-29", {"closed": True})
    asked = {"from": "2025-09-28", "to": "2025-10-01"}
    english = (await desk.get("/calendar/days", **asked)).json()["items"]
    assert [day["said"] for day in english] == ["make-up working day", "by the dealer", "", "National Day"]
    path = f"{desk.dealer}/calendar/days"
    chinese = (await desk.http.get(path, params=asked, headers={**desk.bearer, **ZH})).json()["items"]
    assert [day["said"] for day in chinese] == ["调休上班", "由经销商决定", "", "国庆节"]


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


def openings(runtime) -> list[dict[str, list[str]]]:
    """When the days of each announcement are opened and closed."""
    told = [event for event in runtime.store.announced_events() if isinstance(event, OpeningPlanned)]
    return [
        {str(one.day): [f"{hours.opens:%H}-{hours.closes:%H}" for hours in one.opening] for one in event.days}
        for event in told
    ]


async def test_holidays_and_made_up_days_are_announced_with_their_hours_and_only_when_they_change(desk, runtime):
    """B1, R11: reception promises no time on National Day; 28 September is a Sunday worked like a Monday."""
    await employ(desk)
    assert openings(runtime) == []
    for _ in range(2):
        assert (await desk.put("/calendar/shop", FROM | {"holidays": "CN"})).status_code == 200
    (told,) = openings(runtime)
    assert (told["2025-10-01"], told["2025-09-28"], told["2026-01-01"]) == ([], ["08-18"], [])
    assert not {"2025-09-30", "2025-10-05"} & set(told), "an ordinary Tuesday, and a Sunday that is closed anyway"
    fact = next(one for one in runtime.store.events if isinstance(one.event, OpeningPlanned))
    assert (fact.key, fact.visit_id) == ("SH001", None)


async def test_days_that_are_over_are_no_change_to_announce(desk, runtime):
    """B1, R11."""
    await desk.put("/calendar/shop", FROM | {"holidays": "CN"})
    runtime.clock.move(at("08:00", date(2025, 10, 3)))
    await employ(desk, effective_from="2025-10-03")
    assert len(openings(runtime)) == 1


async def test_the_dealers_own_word_on_a_day_is_announced(desk, runtime):
    """B1, R11: shorter on the first day of the holiday, closed on a day that is none."""
    await desk.put("/calendar/shop", FROM | {"holidays": "CN"})
    opening = {"opens": "09:00", "closes": "12:00"}
    await desk.put("/calendar/days/2025-10-01", {"closed": False, "opening": opening})
    await desk.put("/calendar/days/2025-10-02", {"closed": False})
    await desk.put("/calendar/days/2025-07-01", {"closed": True})
    told = openings(runtime)[-1]
    assert (told["2025-10-01"], told["2025-10-03"], told["2025-07-01"]) == (["09-12"], [], [])
    assert "2025-10-02" not in told


async def test_made_up_days_are_announced_anew_when_the_dealers_hours_change(desk, runtime):
    """B1, H1, R11."""
    await desk.put("/calendar/shop", FROM | {"holidays": "CN"})
    week = tuple(OpeningHours(weekday=day, opens="10:00", closes="16:00") for day in range(6))
    changed = a_registration(opening_hours=week).model_dump() | {"effective_from": runtime.clock.now()}
    unit = memory_unit(now=runtime.clock.now(), store=runtime.store)
    await on_dealer_changed(unit, a_fact(DealerChanged.model_validate(changed), key="SH001"))
    await unit.commit()
    assert openings(runtime)[-1]["2025-09-28"] == ["10-16"]


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
