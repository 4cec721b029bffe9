"""The customer's personal link, the dealer's own changes, the wait list over HTTP (B9, B10, B11, B16, B19)."""

from datetime import timedelta

import pytest
from booking.usecases.due import miss_appointment, remind_customer
from booking_builders import THE_DAY, THE_DAY_BEFORE, at
from booking_desk import a_confirm_body, a_hold_body, a_plan_body, instant
from booking_journeys import POLICY, Desk
from contracts.booking import AppointmentMissed, AttendanceConfirmed, PlaceOffered, ReminderDue
from icalendar import Calendar

EVIDENCE = {"at": THE_DAY_BEFORE.isoformat(), "channel": "PHONE", "by": "anna", "agreed": True}
WAIT = {"work_class": "PM", "hours": 1, "first_day": str(THE_DAY), "last_day": str(THE_DAY)}


async def a_link(desk, **more):
    await desk.plan(a_plan_body(**more))
    booked = (await desk.book("09:00", 1)).json()
    return booked, (await desk.get(f"/appointments/{booked['visit_id']}/link")).json()["token"]


def a_move(clock: str = "11:00", **more):
    return {name: value for name, value in a_hold_body(clock).items() if name != "channel"} | more


async def test_the_reminder_carries_a_link_by_which_the_customer_says_that_he_comes(desk, runtime):
    """B9: sealed on its way; it opens the customer's own door and shows nobody's name or phone."""
    await desk.plan()
    booked = (await desk.book()).json()
    due = at("09:00") - timedelta(hours=24)
    await Desk(runtime.store).do(lambda unit: remind_customer(unit, booked["visit_id"], due), due)
    (told,) = [event for event in runtime.store.announced_events() if isinstance(event, ReminderDue)]
    token = await runtime.sealer.open(told.link)
    shown = (await desk.http.get(f"/links/{token}")).json()
    assert (shown["state"], shown["local"]) == ("CONFIRMED", "2025-06-23T09:00+08:00")
    assert "Jones" not in str(shown) and "8000" not in str(shown)
    for _ in range(2):
        assert (await desk.http.post(f"/links/{token}/acceptance", json={})).status_code == 200
    assert len([event for event in runtime.store.announced_events() if isinstance(event, AttendanceConfirmed)]) == 1
    assert (await desk.get(f"/appointments/{booked['visit_id']}")).json()["attendance_confirmed"] is True


async def test_the_customer_moves_and_cancels_by_the_link(desk):
    """B9, B11: to a time from the offers shown there; the history says that it was the customer."""
    booked, token = await a_link(desk)
    offered = (await desk.http.get(f"/links/{token}")).json()["offers"]
    moved = await desk.http.post(f"/links/{token}/reschedule", json={"arrival": offered[1]["arrival"]})
    assert (moved.status_code, moved.json()["arrival"]) == (200, offered[1]["arrival"])
    cancelled = await desk.http.post(f"/links/{token}/cancellation", json={"reason": "ILL"})
    assert cancelled.json()["state"] == "CANCELLED"
    history = (await desk.get(f"/appointments/{booked['visit_id']}")).json()["history"]
    assert [(line["by"], line["actor"].partition(":")[0]) for line in history] == [("CUSTOMER", "customer")] * 2


async def test_a_link_is_good_until_the_appointments_time_is_over(desk, runtime):
    """B9."""
    _, token = await a_link(desk)
    assert (await desk.http.get(f"/links/{token[:-2]}xx")).status_code == 404
    runtime.clock.move(at("09:30"))
    assert (await desk.http.get(f"/links/{token}")).status_code == 410


async def test_a_link_goes_with_its_appointment_to_a_later_time(desk, runtime):
    """B9, B11: moved by it or at the desk; only after the new time is it over."""
    _, token = await a_link(desk)
    moved = await desk.http.post(f"/links/{token}/reschedule", json={"arrival": at("16:00").isoformat()})
    assert moved.status_code == 200, moved.text
    runtime.clock.move(at("09:30"))
    shown = (await desk.http.get(f"/links/{token}")).json()
    assert (shown["state"], shown["local"]) == ("CONFIRMED", "2025-06-23T16:00+08:00")
    again = await desk.http.post(f"/links/{token}/reschedule", json={"arrival": at("14:00").isoformat()})
    assert again.status_code == 200, again.text
    runtime.clock.move(at("14:30"))
    over = await desk.http.get(f"/links/{token}")
    assert (over.status_code, over.json()["code"]) == (410, "link-expired")


async def test_a_link_offers_other_times_only_while_it_can_move_the_appointment(desk):
    """B9, B11: no promise that would be refused."""
    _, token = await a_link(desk)
    assert (await desk.http.get(f"/links/{token}")).json()["offers"]
    await desk.http.post(f"/links/{token}/cancellation", json={})
    assert (await desk.http.get(f"/links/{token}")).json()["offers"] == []


async def test_a_link_offers_what_any_advisor_can_receive(desk):
    """B9, B18: the customer's own comes first, and is away."""
    booked, token = await a_link(desk, advisors=["wang"])
    assert booked["advisor"] == "wang"
    await desk.plan(a_plan_body(advisors=["li"]))
    offers = (await desk.http.get(f"/links/{token}")).json()["offers"]
    assert at("09:15") in [instant(offer["arrival"]) for offer in offers]
    moved = await desk.http.post(f"/links/{token}/reschedule", json={"arrival": at("09:15").isoformat()})
    assert (moved.status_code, moved.json()["advisor"]) == (200, "li")


async def test_who_comes_too_late_by_the_link_gets_the_next_best_offers(desk):
    """B2, B9, X1: the place went while he looked at the page; the old one stays. He is told no staff and no load."""
    booked, token = await a_link(desk, advisors=["wang"])
    await desk.book("11:00")
    late = await desk.http.post(f"/links/{token}/reschedule", json={"arrival": at("11:00").isoformat()})
    assert (late.status_code, late.json()["code"]) == (409, "slot-taken")
    offers = late.json()["details"]["offers"]
    assert {frozenset(offer) for offer in offers} == {frozenset({"arrival", "local"})}
    best = offers[0]["arrival"]
    moved = await desk.http.post(f"/links/{token}/reschedule", json={"arrival": best})
    assert (moved.status_code, moved.json()["visit_id"]) == (200, booked["visit_id"])


async def test_the_calendar_file_names_the_dealers_zone_and_replaces_itself(desk):
    """B19: 9 o'clock on the dealer's wall, under one lasting id; a cancelled one takes the entry away."""
    booked, token = await a_link(desk)
    answer = await desk.http.get(f"/links/{token}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event.decoded("DTSTART").isoformat() == "2025-06-23T09:00:00+08:00"
    await desk.http.post(f"/links/{token}/cancellation", json={})
    gone = Calendar.from_ical((await desk.http.get(f"/links/{token}/calendar.ics")).content)
    (after,) = gone.walk("VEVENT")
    assert (gone["METHOD"], after["UID"], int(after["SEQUENCE"])) == ("CANCEL", event["UID"], 1)
    assert booked["visit_id"] in event["UID"]


async def test_who_does_not_come_is_offered_other_times(desk, runtime):
    """B10: in the fact that asks for the follow-up contact, by whoever is on duty; nothing is held for them."""
    await desk.plan(a_plan_body(advisors=["wang"]))
    booked = (await desk.book("09:00")).json()
    await desk.plan(a_plan_body(advisors=["li"]))
    due = at("09:30")
    await Desk(runtime.store).do(lambda unit: miss_appointment(unit, booked["visit_id"], due, POLICY), due)
    (told,) = [event for event in runtime.store.announced_events() if isinstance(event, AppointmentMissed)]
    assert len(told.rebook_offers) == 5 and told.rebook_offers[0] == at("09:30")
    assert (await desk.balance())["assigned"] == 0


@pytest.mark.parametrize(
    "contact",
    [
        None,
        EVIDENCE | {"agreed": False},
        EVIDENCE | {"at": (THE_DAY_BEFORE - timedelta(days=1)).isoformat()},
        EVIDENCE | {"at": (THE_DAY_BEFORE + timedelta(days=1)).isoformat()},
    ],
    ids=["no contact", "not agreed", "before the booking", "in the future"],
)
async def test_the_dealer_changes_nothing_without_the_customers_word(desk, contact):
    """B11."""
    await desk.plan()
    booked = (await desk.book()).json()
    path = f"/appointments/{booked['visit_id']}"
    wish = a_move(by="DEALER", reason="PARTS_LATE", contact=contact)
    assert (await desk.post(f"{path}/reschedule", wish)).json()["code"] == "agreement-missing"
    cancel = {"by": "DEALER", "reason": "STAFF_ABSENT", "contact": contact}
    assert (await desk.post(f"{path}/cancellation", cancel)).json()["code"] == "agreement-missing"
    assert (await desk.get(path)).json()["arrival"] == booked["arrival"]


async def test_the_dealer_moves_an_appointment_with_evidence_of_the_agreement(desk, runtime):
    """B11: contact, reason and agreement stand in the history and in the fact."""
    await desk.plan()
    path = f"/appointments/{(await desk.book()).json()['visit_id']}"
    moved = await desk.post(f"{path}/reschedule", a_move(by="DEALER", reason="PARTS_LATE", contact=EVIDENCE))
    assert moved.status_code == 200, moved.text
    (line,) = (await desk.get(path)).json()["history"]
    assert (line["by"], line["reason"], line["contact"]["by"]) == ("DEALER", "PARTS_LATE", "anna")
    told = next(event for event in reversed(runtime.store.announced_events()) if hasattr(event, "contact"))
    assert (told.by, told.contact.agreed) == ("DEALER", True)


async def test_whoever_waits_takes_the_freed_place_by_his_link(desk, runtime):
    """B16: from the request to the appointment."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=1))
    booked = (await desk.book()).json()
    waiting = await desk.post("/waiting", WAIT | {"details": a_confirm_body("Philips")})
    assert waiting.status_code == 201, waiting.text
    visit = waiting.json()["visit_id"]
    assert [row["visit_id"] for row in (await desk.get("/waiting")).json()["items"]] == [visit]
    await desk.post(f"/appointments/{booked['visit_id']}/cancellation", {})
    (told,) = [event for event in runtime.store.announced_events() if isinstance(event, PlaceOffered)]
    token = await runtime.sealer.open(told.link)
    assert (await desk.http.get(f"/links/{token}")).json()["state"] == "RESERVED"
    taken = await desk.http.post(f"/links/{token}/acceptance", json={})
    assert taken.json()["state"] == "CONFIRMED"
    assert (await desk.get(f"/appointments/{visit}")).json()["customer"]["name"] == "Philips"
    assert (await desk.get("/waiting")).json()["items"] == []


async def test_whoever_took_a_place_by_his_link_says_by_the_same_link_that_he_comes(desk, runtime):
    """B9, B16: the same words through the same link are another command once he was reminded; sent twice, said once."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=1))
    booked = (await desk.book()).json()
    visit = (await desk.post("/waiting", WAIT | {"details": a_confirm_body("Philips")})).json()["visit_id"]
    await desk.post(f"/appointments/{booked['visit_id']}/cancellation", {})
    token = (await desk.get(f"/appointments/{visit}/link")).json()["token"]
    for _ in range(2):
        assert (await desk.http.post(f"/links/{token}/acceptance", json={})).json()["state"] == "CONFIRMED"
    assert (await desk.get(f"/appointments/{visit}")).json()["attendance_confirmed"] is False
    due = at("09:00") - timedelta(hours=24)
    await Desk(runtime.store).do(lambda unit: remind_customer(unit, visit, due), due)
    for _ in range(2):
        assert (await desk.http.post(f"/links/{token}/acceptance", json={})).status_code == 200
    assert (await desk.get(f"/appointments/{visit}")).json()["attendance_confirmed"] is True
    assert len([event for event in runtime.store.announced_events() if isinstance(event, AttendanceConfirmed)]) == 1


async def test_who_moves_there_back_and_there_again_by_one_link_is_there(desk):
    """B9, B11: each time he means it; the same move sent twice is one move."""
    booked, token = await a_link(desk)
    there, back = at("11:00").isoformat(), at("09:00").isoformat()
    for arrival in (there, there, back, there):
        moved = await desk.http.post(f"/links/{token}/reschedule", json={"arrival": arrival})
        assert moved.status_code == 200, moved.text
    shown = (await desk.get(f"/appointments/{booked['visit_id']}")).json()
    assert instant(shown["arrival"]) == at("11:00") and len(shown["history"]) == 3


async def test_a_key_of_his_own_says_which_move_is_the_same(desk):
    """B9: a repetition is answered from what was kept, also after he moved back; another body by it is refused."""
    _, token = await a_link(desk)
    there, back = ({"arrival": at(time).isoformat()} for time in ("11:00", "09:00"))

    async def move(body, key):
        return await desk.http.post(f"/links/{token}/reschedule", json=body, headers={"Idempotency-Key": key})

    assert [(await move(there, "one")).status_code, (await move(back, "two")).status_code] == [200, 200]
    again = await move(there, "one")
    assert again.headers["idempotency-replayed"] == "true"
    reused = await move(back, "one")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


async def test_an_offered_place_is_taken_or_left_at_the_desk_too(desk):
    """B16."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=1))
    booked = (await desk.book()).json()
    first, second = [
        (await desk.post("/waiting", WAIT | {"details": a_confirm_body(name)})).json()["visit_id"]
        for name in ("Philips", "Bottacin")
    ]
    await desk.post(f"/appointments/{booked['visit_id']}/cancellation", {})
    offered = {row["visit_id"]: row["state"] for row in (await desk.get("/waiting")).json()["items"]}
    has, has_not = sorted((first, second), key=lambda visit: offered[visit] != "OFFERED")
    assert (await desk.post(f"/waiting/{has_not}/acceptance", {})).json()["code"] == "place-gone"
    assert (await desk.post(f"/waiting/{has}/withdrawal", {})).json()["state"] == "WITHDRAWN"
    assert (await desk.post(f"/waiting/{has_not}/acceptance", {})).json()["state"] == "CONFIRMED"


async def test_whoever_declines_by_link_goes_on_waiting(desk, runtime):
    """B16."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=1))
    booked = (await desk.book()).json()
    visit = (await desk.post("/waiting", WAIT | {"details": a_confirm_body("Philips")})).json()["visit_id"]
    await desk.post(f"/appointments/{booked['visit_id']}/cancellation", {})
    token = (await desk.get(f"/appointments/{visit}/link")).json()["token"]
    assert (await desk.http.post(f"/links/{token}/cancellation", json={})).json()["state"] == "EXPIRED"
    assert [row["state"] for row in (await desk.get("/waiting")).json()["items"]] == ["WAITING"]
