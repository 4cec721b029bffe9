"""Offers and why they stand where they stand; own advisors; the quick-service lane (B2, B3, B18, W14)."""

from booking.consumers.reception import on_vehicle_arrived
from booking.usecases.register_dealer import register_dealer
from booking_builders import THE_DAY, a_dealer, a_fact_of, an_arrival_of
from booking_desk import DeskClient, a_confirm_body, a_hold_body, a_plan_body
from booking_journeys import Desk
from chassis.testing_http import client_of

VIN = "LFV2A21K8B3000001"


async def offers(desk, **asked):
    answer = await desk.get("/offers", **({"work_class": "PM", "hours": 1, "from": str(THE_DAY)} | asked))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_an_offer_says_why_it_stands_where_it_stands(desk):
    """B2: the reasons' minutes add up, and the list is sorted by their sum; the same question, the same answer."""
    await desk.plan()
    await desk.book("09:00", 2)
    found = await offers(desk, preferred="2025-06-23T09:00:00+08:00")
    sums = [round(sum(reason["minutes"] for reason in offer["why"]), 3) for offer in found]
    assert sums == sorted(sums)
    codes = ["DISTANCE", "SLOT_LOAD", "HOUR_LOAD", "DAY_LOAD", "LEAST_BUSY_ADVISOR"]
    assert all([reason["code"] for reason in offer["why"]] == codes for offer in found)
    assert found == await offers(desk, preferred="2025-06-23T09:00:00+08:00")


async def test_an_offer_that_was_taken_meanwhile_is_refused_with_offers_that_can_be_had(desk):
    """B2: a page that was opened before somebody else booked."""
    await desk.plan(a_plan_body(advisors=["wang"]))
    stale, *_ = await offers(desk, preferred="2025-06-23T09:00:00+08:00")
    body = a_hold_body("09:00") | {"arrival": stale["arrival"]}
    assert (await desk.post("/appointments", body)).status_code == 201
    refused = await desk.post("/appointments", body)
    told = refused.json()["details"]["offers"]
    assert refused.json()["code"] == "slot-taken" and stale["arrival"] not in [one["arrival"] for one in told]
    assert (await desk.post("/appointments", body | {"arrival": told[0]["arrival"]})).status_code == 201


async def test_the_wished_advisor_comes_first_and_others_where_he_is_not_free(desk):
    """B18."""
    await desk.plan()
    await desk.post("/appointments", a_hold_body("09:00") | {"advisor": "li"})
    found = await offers(desk, preferred="2025-06-23T09:00:00+08:00", preferred_advisor="li", limit=50)
    assert {offer["advisor"] for offer in found[:5]} == {"li"}
    at_nine = [offer for offer in found if offer["local"].endswith("09:00+08:00")]
    assert at_nine == [] or at_nine[0]["why"][-1]["code"] == "OTHER_ADVISOR"


async def test_who_received_the_vehicle_last_is_offered_first(desk, runtime):
    """B18: known from reception's fact."""
    await desk.plan()
    await Desk(runtime.store).do(lambda unit: on_vehicle_arrived(unit, a_fact_of(an_arrival_of("zhao"))))
    assert (await offers(desk, vin=VIN))[0]["advisor"] == "zhao"
    assert (await offers(desk, vin=VIN))[0]["why"][-1]["code"] == "OWN_ADVISOR"


async def test_quick_service_drives_into_its_lane_past_the_advisors(desk):
    """B1, B2: the lane has its own places in each slot; the advisors' slots stay free."""
    team = [("T1", "PM"), ("Q1", "QUICK_SERVICE")]
    await desk.plan(a_plan_body(team, advisors=["wang"], quick_lane=2))
    replies = [await desk.hold("09:00", 0.5, "QUICK_SERVICE") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [201, 201, 409]
    assert {reply.json()["advisor"] for reply in replies[:2]} == {"QUICK-LANE"}
    assert replies[2].json()["code"] == "slot-taken"
    assert (await desk.hold("09:00", 1)).json()["advisor"] == "wang"
    board = (await desk.get(f"/days/{THE_DAY}/board")).json()
    nine = next(slot for slot in board["slots"] if slot["time"] == "09:00")
    assert (nine["taken"], nine["free"]) == (1, 0)


async def test_high_voltage_work_takes_hours_of_qualified_technicians_only(desk):
    """W14: a hard rule; others' work may not use up what is missing either."""
    plan = a_plan_body([("T1", "GR"), ("T2", "GR")])
    plan["technicians"][0]["qualifications"] = ["HIGH_VOLTAGE"]
    await desk.plan(plan)
    first = await desk.post("/appointments", a_hold_body("09:00", 6, "GR") | {"needs": ["HIGH_VOLTAGE"]})
    assert (first.status_code, first.json()["needs"]) == (201, ["HIGH_VOLTAGE"])
    second = await desk.post("/appointments", a_hold_body("10:00", 4, "GR") | {"needs": ["HIGH_VOLTAGE"]})
    assert second.json()["code"] == "qualified-hours-taken"
    assert (await desk.hold("10:00", 4, "GR")).status_code == 201
    named = a_hold_body("11:00", 1, "GR") | {"needs": ["HIGH_VOLTAGE"], "technician": "T2"}
    assert (await desk.post("/appointments", named)).json()["code"] == "technician-not-qualified"


async def test_a_central_desk_books_for_every_dealer_it_is_entitled_to_and_no_other(app, issuer, runtime):
    """B18, X1: an agent whose token reaches a group of dealers."""
    for code, group in (("SH002", "blue"), ("SH003", "blue"), ("SH004", "red")):
        await Desk(runtime.store, code).do(lambda unit, c=code, g=group: register_dealer(unit, a_dealer(c, group=g)))
    central = issuer.bearer("agent", "manager", dealers=(), reach="group:blue")
    async with client_of(app) as http:
        desks = {code: DeskClient(http, central, f"/dealers/{code}") for code in ("SH002", "SH003", "SH004")}
        for code in ("SH002", "SH003"):
            await desks[code].plan()
            booked = await desks[code].book(confirm=a_confirm_body())
            assert (booked.status_code, booked.json()["dealer_id"]) == (201, code)
            shown = (await desks[code].get(f"/appointments/{booked.json()['visit_id']}")).json()
            assert shown["owner"] == "agent:anna"
        assert (await desks["SH004"].book()).status_code == 404


async def test_whoever_answers_first_owns_the_case_until_it_is_handed_over_with_a_reason(desk, runtime):
    """B3, X7: the fact says who had it, who has it and why."""
    await desk.plan()
    booked = (await desk.book()).json()
    path = f"/appointments/{booked['visit_id']}"
    assert (await desk.get(path)).json()["owner"] == "advisor:anna"
    handed = await desk.post(f"{path}/hand-over", {"owner": "advisor:bo", "reason": "leave"})
    assert handed.status_code == 200
    assert (await desk.get(path)).json()["owner"] == "advisor:bo"
    told = runtime.store.announced_events()[-1]
    assert (told.previous, told.owner, told.reason) == ("advisor:anna", "advisor:bo", "leave")
    again = await desk.post(f"{path}/hand-over", {"owner": "advisor:bo", "reason": "leave"})
    assert again.json()["code"] == "owned-already"
