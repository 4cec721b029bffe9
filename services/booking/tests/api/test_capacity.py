"""Plans, weeks and offers over HTTP (B1, B2)."""

from datetime import date

import pytest
from booking_builders import THE_DAY
from booking_desk import a_plan_body


async def test_a_plan_is_shown_with_what_is_left_of_it(desk):
    """B1: bookable = available - assigned - carry-over reserve - walk-in reserve."""
    planned = await desk.plan(a_plan_body(walk_in_reserve=[{"work_class": "PM", "hours": 2}]))
    assert planned.status_code == 200, planned.text
    await desk.book("09:00", 3)
    balance = await desk.balance()
    assert (balance["available"], balance["assigned"], balance["walk_in_reserve"], balance["bookable"]) == (
        16,
        3,
        2,
        11,
    )


async def test_a_technician_with_several_skills_is_shared_out_by_the_mix(desk):
    """B1: 70 to 30, or as the plan says."""
    sean = {"technician": "sean", "hours": 8, "work_classes": ["PM", "GR"]}
    await desk.plan({"technicians": [sean]})
    assert [(await desk.balance(c))["available"] for c in ("PM", "GR")] == [5.6, 2.4]
    await desk.plan({"technicians": [sean], "mix": {"PM": 50, "GR": 50}})
    assert [(await desk.balance(c))["available"] for c in ("PM", "GR")] == [4, 4]


@pytest.mark.parametrize(
    "technician",
    [
        {"technician": "sean"},
        {"technician": "sean", "hours": 8},
        {
            "technician": "sean",
            "hours": 8,
            "work_classes": ["PM"],
            "hours_by_class": [{"work_class": "PM", "hours": 8}],
        },
        {"technician": "sean", "hours": 25, "work_classes": ["PM"]},
    ],
)
async def test_a_technicians_hours_are_given_in_one_way_and_fit_into_a_day(desk, technician):
    assert (await desk.plan({"technicians": [technician]})).status_code == 422


async def test_a_plan_that_names_a_technician_twice_is_refused(desk):
    assert (await desk.plan(a_plan_body([("T1", "PM"), ("T1", "GR")]))).json()["code"] == "plan-contradictory"


async def test_who_plans_says_which_version_he_saw(desk):
    """X3: nobody overwrites a plan he has not seen."""
    await desk.plan()
    seen = (await desk.get(f"/days/{THE_DAY}/capacity")).headers["etag"]
    await desk.hold()
    stale = await desk.put(f"/days/{THE_DAY}/capacity", a_plan_body(), match=seen)
    assert (stale.status_code, stale.json()["code"]) == (412, "version-changed")


async def test_a_smaller_plan_overloads_and_cancels_nothing(desk):
    """B1."""
    await desk.plan()
    visit = (await desk.book("09:00", 6)).json()["visit_id"]
    await desk.plan(a_plan_body([("T1", "PM")], hours=4))
    assert ((await desk.balance())["bookable"], (await desk.balance())["overloaded"]) == (-2, True)
    assert (await desk.get(f"/appointments/{visit}")).json()["state"] == "CONFIRMED"


async def test_the_week_plans_the_days_that_have_no_plan_of_their_own(desk):
    """B1: the calendar."""
    week = {"weekdays": [{"weekday": 0, **a_plan_body([("T1", "PM")])}]}
    assert (await desk.put("/weekly-capacity", week)).status_code == 200
    next_monday = date(2025, 6, 30)
    assert (await desk.balance(day=next_monday))["available"] == 8
    assert (await desk.get("/weekly-capacity")).json()["weekdays"][0]["weekday"] == 0
    await desk.plan(day=next_monday)
    assert (await desk.balance(day=next_monday))["available"] == 16


async def test_a_day_nobody_planned_cannot_be_booked_and_says_what_to_do(desk):
    refused = await desk.hold()
    assert (refused.status_code, refused.json()["code"]) == (409, "day-not-planned")
    assert "weekly capacity" in refused.json()["detail"]


async def test_offers_are_ranked_bounded_and_can_be_taken(desk):
    """B2."""
    await desk.plan()
    query = {"work_class": "PM", "hours": 1.5, "from": str(THE_DAY), "preferred": "2025-06-23T01:00:00Z", "limit": 3}
    offers = (await desk.get("/offers", **query)).json()["items"]
    assert len(offers) == 3
    assert offers[0]["local"] == "2025-06-23T09:00+08:00"
    taken = await desk.post(
        "/appointments", {"arrival": offers[0]["arrival"], "work_class": "PM", "hours": 1.5, "channel": "WEB"}
    )
    assert taken.status_code == 201


async def test_offers_of_too_many_days_are_refused(desk):
    refused = await desk.get("/offers", work_class="PM", hours=1, **{"from": "2025-06-23", "to": "2025-08-23"})
    assert refused.json()["code"] == "range-too-wide"


async def test_every_route_says_what_it_does_and_bodies_have_examples(app):
    """X3: a dealer's developer reads nothing else."""
    document = app.openapi()
    for path, methods in document["paths"].items():
        for route in methods.values():
            assert route.get("summary") and route.get("operationId"), path
            assert route.get("description") or path.startswith(("/ops", "/health", "/metrics")), path
    schemas = document["components"]["schemas"]
    for body in ("HoldBody", "ConfirmBody", "RescheduleBody", "CancelBody", "NoShowReasonBody", "PlanBody", "WeekBody"):
        assert schemas[body]["examples"], body
