"""Appointments over HTTP (B2-B4, B6, B10, B11, B15)."""

import asyncio
from datetime import timedelta

import pytest
from booking_builders import THE_DAY, THE_DAY_BEFORE, at
from booking_desk import DeskClient, a_confirm_body, a_hold_body, a_plan_body, instant
from chassis.testing_http import client_of

WRONG_BODIES = [
    ({"arrival": "2025-06-23T09:00:00"}, "#/arrival"),
    ({"hours": 0}, "#/hours"),
    ({"hours": 1000}, "#/hours"),
    ({"work_class": "BODY_SHOP"}, "#/work_class"),
    ({"channel": "PIGEON"}, "#/channel"),
    ({"colour": "red"}, "#/colour"),
    ({"confirm": a_confirm_body() | {"customer": {"name": "J", "phone": "call me"}}}, "#/confirm/customer/phone"),
    ({"confirm": a_confirm_body() | {"concern": "x" * 2001}}, "#/confirm/concern"),
]


async def test_a_hold_is_confirmed_and_read_with_its_customer(desk):
    """B15, B4: the way of a booking."""
    await desk.plan()
    held = (await desk.hold("09:00", 2)).json()
    assert (held["state"], held["hours"]) == ("RESERVED", 2)
    confirmed = await desk.post(
        f"/appointments/{held['visit_id']}/confirmation",
        a_confirm_body(
            concern="It pulls to the left",
            menu_items=[{"code": "PM20", "title": "20,000 km", "hours": 2}],
            list_price={"amount": 68_010, "currency": "CNY"},
        ),
    )
    assert confirmed.status_code == 200, confirmed.text
    assert (confirmed.json()["state"], confirmed.json()["expires_at"]) == ("CONFIRMED", None)
    assert confirmed.json()["estimated_price"] == {"amount": 68_100, "currency": "CNY"}
    shown = (await desk.get(f"/appointments/{held['visit_id']}")).json()
    assert (shown["customer"]["name"], shown["concern"]) == ("Jones", "It pulls to the left")
    assert (shown["vehicle"]["plate"], shown["menu_items"][0]["hours"]) == ("沪A12345", 2)
    assert instant(shown["reminder_at"]) == at("09:00") - timedelta(hours=24)


async def test_a_booking_in_one_step_is_confirmed_at_once(desk):
    await desk.plan()
    booked = await desk.book()
    assert (booked.status_code, booked.json()["state"]) == (201, "CONFIRMED")


async def test_the_same_command_sent_twice_is_done_once(desk):
    """X3: the same key makes the same visit, also when the slot is full by then."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=1))
    first, again = await desk.hold(key="one"), await desk.hold(key="one")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (await desk.hold(hours=0.5, key="one")).json()["code"] == "idempotency-key-reused"


async def test_a_late_comer_gets_409_with_the_next_best_offers_and_can_take_one(desk):
    """B2."""
    await desk.plan(a_plan_body(advisors=["wang"]))
    await desk.hold("09:00")
    late = await desk.hold("09:00")
    assert (late.status_code, late.json()["code"]) == (409, "slot-taken")
    offer = late.json()["details"]["offers"][0]
    taken = await desk.post("/appointments", a_hold_body() | {"arrival": offer["arrival"]})
    assert (taken.status_code, taken.json()["advisor"]) == (201, offer["advisor"])


async def test_of_many_who_want_the_last_slot_at_once_exactly_one_gets_it(desk):
    """B2: the others get offers, and hours add up."""
    await desk.plan(a_plan_body(advisors=["wang"]))
    replies = await asyncio.gather(*(desk.hold("09:00", 0.5) for _ in range(60)))
    assert sorted(reply.status_code for reply in replies) == [201, *[409] * 59]
    assert all(r.json()["details"]["offers"] for r in replies if r.status_code == 409)
    assert (await desk.balance())["assigned"] == 0.5


async def test_of_many_who_want_the_last_hours_at_once_just_as_many_get_them_as_there_are(desk):
    """B1, B2: 3 hours, 40 callers for half an hour each in different slots."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=3))
    clocks = [f"{hour:02}:{minute:02}" for hour in range(8, 18) for minute in (0, 15, 30, 45)]
    replies = await asyncio.gather(*(desk.hold(clock, 0.5) for clock in clocks))
    assert sorted(reply.status_code for reply in replies) == [201] * 6 + [409] * 34
    assert (await desk.balance())["bookable"] == 0


async def test_a_hold_that_is_over_says_what_to_do(desk, runtime):
    """B15."""
    await desk.plan()
    held = (await desk.hold()).json()
    runtime.clock.move(instant(held["expires_at"]))
    late = await desk.post(f"/appointments/{held['visit_id']}/confirmation", a_confirm_body())
    assert (late.status_code, late.json()["code"]) == (409, "hold-is-over")
    assert "hold a slot again" in late.json()["detail"]


async def test_nothing_is_confirmed_that_was_not_read_back(desk):
    """B6: and the hold stays."""
    await desk.plan()
    refused = await desk.book(confirm=a_confirm_body(read_back_confirmed=False))
    assert (refused.status_code, refused.json()["code"]) == (422, "read-back-missing")
    assert (await desk.balance())["assigned"] == 0


async def test_a_customer_moves_and_cancels(desk):
    """B11: the history stays."""
    await desk.plan()
    visit = (await desk.book("09:00", 2)).json()["visit_id"]
    new = {k: v for k, v in a_hold_body("11:00", 2).items() if k != "channel"}
    moved = await desk.post(f"/appointments/{visit}/reschedule", new | {"reason": "NO_TIME"})
    assert (moved.status_code, instant(moved.json()["arrival"])) == (200, at("11:00"))
    cancelled = await desk.post(f"/appointments/{visit}/cancellation", {"reason": "PRICE"})
    assert cancelled.json()["state"] == "CANCELLED"
    shown = (await desk.get(f"/appointments/{visit}")).json()
    assert [change["reason"] for change in shown["history"]] == ["NO_TIME", "PRICE"]
    assert (await desk.balance())["assigned"] == 0
    assert (await desk.post(f"/appointments/{visit}/reschedule", new)).json()["code"] == "appointment-closed"


async def test_who_cannot_move_gets_offers_and_may_use_his_own_hours(desk):
    """B11, B2: all hours of the day are his, and the wished slot is another's."""
    await desk.plan(a_plan_body([("T1", "PM")], hours=2, advisors=["wang"]))
    visit = (await desk.book("09:00", 1)).json()["visit_id"]
    await desk.book("11:00", 1)
    new = {k: v for k, v in a_hold_body("11:00", 1).items() if k != "channel"}
    refused = await desk.post(f"/appointments/{visit}/reschedule", new)
    assert refused.json()["code"] == "slot-taken"
    assert len(refused.json()["details"]["offers"]) == 5


async def test_a_reason_for_not_coming_needs_a_no_show(desk):
    """B10."""
    await desk.plan()
    visit = (await desk.book()).json()["visit_id"]
    refused = await desk.post(f"/appointments/{visit}/no-show-reason", {"reason": "FORGOT"})
    assert refused.json()["code"] == "appointment-not-missed"


@pytest.mark.parametrize(("wrong", "pointer"), WRONG_BODIES, ids=[pointer for _, pointer in WRONG_BODIES])
async def test_a_wrong_field_is_named(desk, wrong, pointer):
    refused = await desk.post("/appointments", a_hold_body() | wrong)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_an_arrival_that_is_no_slot_is_refused_by_name(desk):
    """B2."""
    await desk.plan()
    assert (await desk.hold("09:05")).json()["code"] == "not-a-slot"


async def test_an_unknown_appointment_is_not_found(desk):
    for reply in (
        await desk.get("/appointments/none"),
        await desk.post("/appointments/none/cancellation", {}),
        await desk.post("/appointments/none/confirmation", a_confirm_body()),
    ):
        assert (reply.status_code, reply.json()["code"]) == (404, "unknown")


async def test_a_dealer_that_is_not_registered_is_told_so(app, issuer):
    async with client_of(app) as http:
        desk = DeskClient(http, issuer.bearer("advisor", "manager", dealers=("XX999",)), "/dealers/XX999")
        for reply in (await desk.hold(), await desk.plan(), await desk.get(f"/days/{THE_DAY}/board")):
            assert (reply.status_code, reply.json()["code"]) == (404, "dealer-unknown")


async def test_another_dealers_advisor_sees_and_changes_nothing(desk, app, issuer):
    """X1: the very same requests, with a token of another dealer."""
    await desk.plan()
    visit = (await desk.book()).json()["visit_id"]
    async with client_of(app) as http:
        foreign = DeskClient(http, issuer.bearer("advisor", "manager", dealers=("BE001",)))
        replies = [
            await foreign.get(f"/appointments/{visit}"),
            await foreign.post(f"/appointments/{visit}/cancellation", {"reason": "PRICE"}),
            await foreign.get(f"/days/{THE_DAY}/register"),
            await foreign.plan(),
        ]
    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {(404, "unknown")}
    assert (await desk.get(f"/appointments/{visit}")).json()["state"] == "CONFIRMED"


async def test_a_technician_reads_the_sheet_and_not_the_register(desk, app, issuer):
    """X1: least of what is personal."""
    await desk.plan()
    async with client_of(app) as http:
        technician = DeskClient(http, issuer.bearer("technician"))
        assert (await technician.get(f"/days/{THE_DAY}/sheets/PM")).status_code == 200
        assert (await technician.get(f"/days/{THE_DAY}/register")).status_code == 403


async def test_the_dealer_says_why_he_changes_an_appointment(desk):
    """B11, X4: with the customer's word too; a customer need not say."""
    await desk.plan()
    path = f"/appointments/{(await desk.book()).json()['visit_id']}"
    agreed = {"at": THE_DAY_BEFORE.isoformat(), "channel": "PHONE", "by": "anna", "agreed": True}
    wished = {"by": "DEALER", "contact": agreed}
    moved = {name: value for name, value in a_hold_body("11:00").items() if name != "channel"}
    for refused in (
        await desk.post(f"{path}/reschedule", moved | wished),
        await desk.post(f"{path}/cancellation", wished),
    ):
        assert refused.status_code == 422
        assert "`reason`" in refused.json()["errors"][0]["detail"]
    assert (await desk.get(path)).json()["history"] == []
    assert (await desk.post(f"{path}/cancellation", wished | {"reason": "OTHER"})).status_code == 200
