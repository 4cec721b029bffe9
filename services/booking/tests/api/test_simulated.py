"""The simulate form of booking: all checks, no effect (B2)."""

import copy

from booking_builders import THE_DAY
from booking_desk import a_confirm_body, a_hold_body, a_plan_body


async def simulated(desk, body, path="/appointments"):
    return await desk.post(f"{path}?simulate=true", body)


async def test_a_simulated_booking_answers_as_the_real_one_and_changes_nothing(desk, runtime):
    """B2, C15: nothing is taken, announced or kept, and no person gets a key."""
    await desk.plan()
    sealed = []
    seal = runtime.store.sealing.seal

    async def watched(person_id, text):
        sealed.append(person_id)
        return await seal(person_id, text)

    runtime.store.sealing.seal = watched
    before, told = copy.deepcopy(runtime.store.documents), len(runtime.store.events)
    answer = await simulated(desk, a_hold_body("09:00", 2) | {"confirm": a_confirm_body()})
    assert (answer.status_code, answer.headers["Simulated"]) == (200, "true")
    assert (answer.json()["state"], answer.json()["hours"]) == ("CONFIRMED", 2)
    assert (runtime.store.documents, len(runtime.store.events), sealed) == (before, told, [])


async def test_a_simulated_booking_is_refused_as_the_real_one_would_be(desk):
    """B2: with offers; and what was simulated can be booked under the same key."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=1))
    assert (await simulated(desk, a_hold_body("09:00", 1))).status_code == 200
    await desk.hold("09:00", 1)
    refused = await simulated(desk, a_hold_body("10:00", 1))
    assert (refused.status_code, refused.json()["code"]) == (409, "hours-taken")
    assert "offers" in refused.json()["details"]


async def test_a_simulated_move_leaves_the_appointment_where_it_is(desk):
    """B11."""
    await desk.plan()
    booked = (await desk.book("09:00")).json()
    body = {name: value for name, value in a_hold_body("11:00").items() if name != "channel"}
    moved = await simulated(desk, body, f"/appointments/{booked['visit_id']}/reschedule")
    assert moved.status_code == 200 and moved.json()["arrival"] != booked["arrival"]
    assert (await desk.get(f"/appointments/{booked['visit_id']}")).json()["arrival"] == booked["arrival"]


async def test_whoever_takes_an_offer_of_a_stale_page_is_refused_with_new_offers(desk):
    """B2: the page was opened before somebody else took that slot."""
    await desk.plan(a_plan_body(advisors=["wang"]))
    page = (await desk.get("/offers", work_class="PM", hours=1, **{"from": str(THE_DAY)})).json()["items"]
    await desk.post("/appointments", a_hold_body() | {"arrival": page[0]["arrival"]})
    late = await desk.post("/appointments", a_hold_body() | {"arrival": page[0]["arrival"]})
    assert (late.status_code, late.json()["code"]) == (409, "slot-taken")
    offered = [offer["arrival"] for offer in late.json()["details"]["offers"]]
    assert offered and page[0]["arrival"] not in offered
