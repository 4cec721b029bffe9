"""Repairs are talked over with a diagnostic technician (B4)."""

from typing import Any

from booking.usecases.acknowledge_readiness import alert_unready
from booking_builders import THE_DAY, at
from booking_desk import a_confirm_body, a_hold_body, a_plan_body
from booking_journeys import Desk
from contracts.booking import ReadinessAcknowledged, ReadinessMissing, ReadinessOf

REPAIR = {"nature": "FAULT_REPAIR"}


def a_plan_with_a_diagnostician() -> dict[str, Any]:
    body = a_plan_body()
    body["technicians"][0]["qualifications"] = ["DIAGNOSIS"]
    return body


async def a_repair(desk, **more):
    booked = await desk.book("09:00", confirm=a_confirm_body(**REPAIR, **more))
    assert booked.status_code == 201, booked.text
    return booked.json()["visit_id"]


async def consult(desk, visit, technician="T1", note="Sounds like the wheel bearing"):
    return await desk.post(f"/appointments/{visit}/consultation", {"technician": technician, "note": note})


async def the_row(desk):
    (row,) = (await desk.get(f"/days/{THE_DAY}/readiness")).json()["items"]
    return row


async def test_a_repair_waits_for_the_technician_it_is_talked_over_with(desk, runtime):
    """B4: who, what he advised, and that it is open until then."""
    await desk.plan(a_plan_with_a_diagnostician())
    visit = await a_repair(desk)
    open_word = (await the_row(desk))["words"][-1]
    assert (open_word["of"], open_word["ready"]) == ("DIAGNOSTICIAN", None)
    assert (await consult(desk, visit)).status_code == 200
    said = (await the_row(desk))["words"][-1]
    assert (said["ready"], said["technician"], said["note"]) == (True, "T1", "Sounds like the wheel bearing")
    assert (await desk.get(f"/appointments/{visit}")).json()["diagnostician"] == "T1"
    (entry,) = (await desk.get(f"/days/{THE_DAY}/register")).json()["items"]
    assert (entry["nature"], entry["diagnostician"]) == ("FAULT_REPAIR", "T1")
    (told,) = [one for one in runtime.store.announced_events() if isinstance(one, ReadinessAcknowledged)]
    assert (told.of, told.technician) == (ReadinessOf.DIAGNOSTICIAN, "T1")


async def test_who_booked_writes_the_consultation_down_at_once(desk):
    """B4: the technician was asked while the customer was on the phone."""
    await desk.plan(a_plan_with_a_diagnostician())
    await a_repair(desk, consultation={"technician": "T1"})
    assert (await the_row(desk))["words"][-1]["technician"] == "T1"


async def test_only_who_is_qualified_for_diagnosis_can_be_consulted(desk):
    """B4: the refusal names whom to ask; nothing is booked without him."""
    await desk.plan(a_plan_with_a_diagnostician())
    visit = await a_repair(desk)
    refused = (await consult(desk, visit, "T2")).json()
    assert (refused["code"], refused["details"]) == ("not-a-diagnostician", {"diagnosticians": "T1"})
    body = a_hold_body("10:00") | {"confirm": a_confirm_body(**REPAIR, consultation={"technician": "T2"})}
    assert (await desk.post("/appointments", body)).json()["code"] == "not-a-diagnostician"
    assert len((await desk.get(f"/days/{THE_DAY}/register")).json()["items"]) == 1


async def test_where_nobody_is_qualified_any_technician_can_be_consulted_and_nobody_else(desk):
    """B4."""
    await desk.plan()
    visit = await a_repair(desk)
    assert (await consult(desk, visit, "anna")).json()["code"] == "not-a-diagnostician"
    assert (await consult(desk, visit, "T6")).status_code == 200


async def test_a_repair_nobody_was_consulted_for_alerts_the_advisor_and_a_service_does_not(desk, runtime):
    """B4, B8."""
    await desk.plan()
    for clock, nature in (("09:00", "REWORK"), ("10:00", "MAINTENANCE")):
        visit = (await desk.book(clock, confirm=a_confirm_body(nature=nature))).json()["visit_id"]
        for of in ("WORKSHOP", "PARTS"):
            await desk.post(f"/appointments/{visit}/readiness", {"of": of, "ready": True})
        await Desk(runtime.store).do(lambda unit, visit=visit: alert_unready(unit, visit, at("07:00")), at("07:00"))
    (told,) = [one for one in runtime.store.announced_events() if isinstance(one, ReadinessMissing)]
    assert (told.arrival, told.missing) == (at("09:00"), (ReadinessOf.DIAGNOSTICIAN,))


async def test_what_was_talked_over_before_waiting_for_a_place_holds_when_it_is_taken(desk):
    """B4, B16: the question is not asked twice."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=1))
    other = (await desk.book("09:00")).json()["visit_id"]
    details = a_confirm_body(**REPAIR, consultation={"technician": "T1", "note": "a bearing"})
    days = {"first_day": str(THE_DAY), "last_day": str(THE_DAY), "work_class": "PM", "hours": 1}
    waiting = (await desk.post("/waiting", days | {"details": details})).json()["visit_id"]
    await desk.post(f"/appointments/{other}/cancellation", {"reason": "ILL"})
    assert (await desk.post(f"/waiting/{waiting}/acceptance", {})).json()["state"] == "CONFIRMED"
    assert (await the_row(desk))["words"][-1]["note"] == "a bearing"


async def test_what_a_technician_said_of_the_fault_holds_after_a_move(desk):
    """B4, B11: the workshop's word was of the old time, his was of the fault."""
    await desk.plan()
    visit = await a_repair(desk, consultation={"technician": "T1"})
    body = {name: value for name, value in a_hold_body("14:00").items() if name != "channel"}
    assert (await desk.post(f"/appointments/{visit}/reschedule", body)).status_code == 200
    assert [word["ready"] for word in (await the_row(desk))["words"]] == [None, None, True]


async def test_the_technicians_word_goes_by_its_own_route(desk):
    """B4: a readiness without a name would not tell who was consulted."""
    await desk.plan()
    visit = await a_repair(desk)
    said = await desk.post(f"/appointments/{visit}/readiness", {"of": "DIAGNOSTICIAN", "ready": True})
    assert said.status_code == 422


async def test_a_hold_has_nothing_to_talk_over(desk):
    """B4."""
    await desk.plan()
    visit = (await desk.hold()).json()["visit_id"]
    assert (await consult(desk, visit)).json()["code"] == "appointment-not-confirmed"
