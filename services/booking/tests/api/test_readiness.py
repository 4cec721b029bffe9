"""Readiness per booking, the alert, and the welcome board (B8)."""

from datetime import timedelta

from booking.consumers.reception import on_vehicle_arrived
from booking.usecases.acknowledge_readiness import alert_unready
from booking_builders import THE_DAY, a_fact_of, an_arrival, at
from booking_desk import DeskClient, a_hold_body
from booking_journeys import Desk
from chassis.testing_http import client_of
from contracts.booking import ReadinessMissing, ReadinessOf

DUE = at("09:00") - timedelta(hours=2)


async def a_booked_visit(desk) -> str:
    await desk.plan()
    return (await desk.book("09:00")).json()["visit_id"]


async def says(desk, visit, of, ready=True, note=""):
    return await desk.post(f"/appointments/{visit}/readiness", {"of": of, "ready": ready, "note": note})


async def alerts(runtime, visit) -> list[ReadinessMissing]:
    await Desk(runtime.store).do(lambda unit: alert_unready(unit, visit, DUE), DUE)
    return [event for event in runtime.store.announced_events() if isinstance(event, ReadinessMissing)]


async def test_workshop_and_parts_say_for_each_booking_that_they_are_ready(desk):
    """B8: who, when, and why not."""
    visit = await a_booked_visit(desk)
    (before,) = (await desk.get(f"/days/{THE_DAY}/readiness")).json()["items"]
    assert (before["ready"], [word["ready"] for word in before["words"]]) == (False, [None, None])
    await says(desk, visit, "WORKSHOP")
    await says(desk, visit, "PARTS", ready=False, note="Filter comes at noon")
    (row,) = (await desk.get(f"/days/{THE_DAY}/readiness")).json()["items"]
    assert (row["ready"], row["words"][1]["note"]) == (False, "Filter comes at noon")
    assert row["words"][0]["by"].endswith(":anna")
    await says(desk, visit, "PARTS")
    (row,) = (await desk.get(f"/days/{THE_DAY}/readiness")).json()["items"]
    assert row["ready"] is True


async def test_what_is_still_open_alerts_the_advisor_once(desk, runtime):
    """B8: by a durable timer two hours before the arrival; a note is no readiness."""
    visit = await a_booked_visit(desk)
    await says(desk, visit, "WORKSHOP")
    await says(desk, visit, "PARTS", ready=False)
    (told,) = await alerts(runtime, visit)
    assert (told.missing, told.arrival) == ((ReadinessOf.PARTS,), at("09:00"))
    timers = runtime.store.documents["appointments"][visit]["_timers"]
    assert "readiness" not in timers and "no-show" in timers


async def test_when_everybody_is_ready_nobody_is_alerted(desk, runtime):
    """B8."""
    visit = await a_booked_visit(desk)
    for of in ("WORKSHOP", "PARTS"):
        await says(desk, visit, of)
    assert await alerts(runtime, visit) == []


async def test_after_a_move_everybody_says_anew_whether_he_is_ready(desk, runtime):
    """B8, B11: what was said held for the old time."""
    visit = await a_booked_visit(desk)
    for of in ("WORKSHOP", "PARTS"):
        await says(desk, visit, of)
    body = {name: value for name, value in a_hold_body("14:00").items() if name != "channel"}
    assert (await desk.post(f"/appointments/{visit}/reschedule", body)).status_code == 200
    (row,) = (await desk.get(f"/days/{THE_DAY}/readiness")).json()["items"]
    assert (row["ready"], [word["ready"] for word in row["words"]]) == (False, [None, None])
    (told,) = await alerts(runtime, visit)
    assert told.missing == (ReadinessOf.WORKSHOP, ReadinessOf.PARTS)


async def test_a_hold_has_nobody_to_be_ready_for(desk):
    await desk.plan()
    visit = (await desk.hold()).json()["visit_id"]
    assert (await says(desk, visit, "WORKSHOP")).json()["code"] == "appointment-not-confirmed"


async def test_the_welcome_board_shows_plates_and_no_names(desk, runtime, app, issuer):
    """B8, C15: expected and arrived, by time; a technician may see it too."""
    visit = await a_booked_visit(desk)
    await Desk(runtime.store).do(lambda unit: on_vehicle_arrived(unit, a_fact_of(an_arrival(), visit, at("09:00"))))
    async with client_of(app) as http:
        shown = (await DeskClient(http, issuer.bearer("technician")).get(f"/days/{THE_DAY}/welcome-board")).json()
    (row,) = shown["items"]
    assert (row["time"], row["plate"], row["arrived"]) == ("09:00", "沪A12345", True)
    assert "Jones" not in str(shown)
