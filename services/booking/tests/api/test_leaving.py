"""A booked customer comes in time, goes before anybody greets him, and perhaps comes back (R1, B1, B13, B16, B17)."""

from datetime import timedelta
from itertools import product

import pytest
from booking.consumers.reception import handlers
from booking_builders import (
    PM,
    THE_DAY,
    a_fact_of,
    a_line,
    an_arrival,
    an_arrival_of,
    an_authorisation,
    at,
)
from booking_desk import a_confirm_body, a_plan_body, instant
from booking_journeys import POLICY, Desk
from contracts.reception import CustomerLeft, CustomerReturned

WAIT = {"work_class": "PM", "hours": 2, "first_day": str(THE_DAY), "last_day": str(THE_DAY)}
TOMORROW = THE_DAY + timedelta(days=1)
CAR = {"plate": "沪B00001", "model": "Corolla"}
ONE_PM = a_plan_body([("T1", "PM")], hours=2)


async def hears(runtime, event, visit: str, clock: str) -> None:
    """Reception's fact, at once."""
    fact, now = a_fact_of(event, visit, at(clock)), at(clock)
    await Desk(runtime.store).do(lambda unit: handlers(POLICY)[type(event)](unit, fact), now)


async def leaves(runtime, visit: str, clock: str = "09:20", reason: str = "LEFT_WITHOUT_SERVICE") -> None:
    await hears(runtime, CustomerLeft(reason=reason, waited_seconds=720), visit, clock)


async def returns(runtime, visit: str, clock: str = "11:00") -> None:
    await hears(runtime, CustomerReturned(waited_seconds=720), visit, clock)


async def who_came(desk, runtime, clock: str = "09:00", came: str = "08:58", plan=None) -> str:
    """Two hours of maintenance, and its customer is here."""
    await desk.plan(plan)
    visit = (await desk.book(clock, 2)).json()["visit_id"]
    await hears(runtime, an_arrival(), visit, came)
    return visit


async def loans(desk) -> list:
    return [
        (loan["visit_id"], instant(loan["start"]), instant(loan["end"]))
        for car in (await desk.get("/loaners")).json()["items"]
        for loan in car["loans"]
    ]


async def taken(desk) -> float:
    return (await desk.balance())["assigned"]


async def told_by(desk, token: str) -> str:
    """What the customer's own page says."""
    return (await desk.http.get(f"/links/{token}", headers={"Accept-Language": "en"})).json()["text"]


async def test_who_leaves_before_the_greeting_takes_no_hours_and_is_no_no_show(desk, runtime):
    """R1, B1, B10: somebody else books them; the appointment says that he came and went."""
    visit = await who_came(desk, runtime, plan=ONE_PM)
    await leaves(runtime, visit)
    shown = (await desk.get(f"/appointments/{visit}")).json()
    assert (shown["state"], shown["left_ungreeted"], await taken(desk)) == ("ARRIVED", True, 0)
    assert (await desk.book("13:00", 2)).status_code == 201


async def test_who_comes_back_takes_his_hours_again_even_if_the_day_overloads(desk, runtime):
    """R1, B1: somebody else had booked them meanwhile."""
    visit = await who_came(desk, runtime, plan=ONE_PM)
    await leaves(runtime, visit)
    await desk.book("13:00", 2)
    await returns(runtime, visit)
    assert (await taken(desk), (await desk.balance())["bookable"]) == (4, -2)
    assert (await desk.get(f"/appointments/{visit}")).json()["left_ungreeted"] is False


@pytest.mark.parametrize(
    "told", list(product((leaves, returns), repeat=3)), ids=lambda told: "-".join(t.__name__ for t in told)
)
async def test_only_the_last_word_counts_however_often_it_is_said(desk, runtime, told):
    """R1, B1: two hours while he is here, none while he is away, never four."""
    visit = await who_came(desk, runtime)
    for word in told:
        await word(runtime, visit)
        assert await taken(desk) == (0 if word is leaves else 2)


async def test_work_authorised_after_the_return_takes_no_hours_beside_the_appointment(desk, runtime):
    """B1, R1: each visit once."""
    visit = await who_came(desk, runtime)
    await leaves(runtime, visit)
    await returns(runtime, visit)
    await hears(runtime, an_authorisation(a_line(work_class=PM, work=2), booked=True), visit, "11:30")
    assert await taken(desk) == 2


async def test_of_a_walk_in_or_a_late_comer_who_leaves_nothing_was_taken(desk, runtime):
    """R1, B1, B10: who came after the grace time stays a no-show."""
    visit = await who_came(desk, runtime, came="09:31")
    await hears(runtime, an_arrival_of("wang"), "walk-in", "09:40")
    for one in (visit, "walk-in"):
        await leaves(runtime, one, "09:50")
        await returns(runtime, one)
    shown = (await desk.get(f"/appointments/{visit}")).json()
    assert (shown["state"], shown["left_ungreeted"], await taken(desk)) == ("NO_SHOW", False, 0)


async def test_who_left_is_on_the_register_and_neither_on_the_sheet_nor_on_the_welcome_board(desk, runtime):
    """R1, B8: the sheet's hours are those of its rows."""
    visit = await who_came(desk, runtime)
    for tell, gone in ((leaves, True), (returns, False)):
        await tell(runtime, visit)
        (row,) = (await desk.get(f"/days/{THE_DAY}/register")).json()["items"]
        assert (row["state"], row["left_ungreeted"]) == ("ARRIVED", gone)
        sheet = (await desk.get(f"/days/{THE_DAY}/sheets/PM")).json()
        assert (len(sheet["rows"]), sheet["booked"], sheet["other_assigned"]) == ((0, 0, 0) if gone else (1, 2, 0))
        assert len((await desk.get(f"/days/{THE_DAY}/welcome-board")).json()["items"]) == (not gone)


async def test_his_link_does_not_say_that_his_vehicle_is_here(desk, runtime):
    """R1, B9."""
    visit = await who_came(desk, runtime)
    token = (await desk.get(f"/appointments/{visit}/link")).json()["token"]
    await leaves(runtime, visit)
    runtime.clock.move(at("09:25"))
    assert (await told_by(desk, token)).startswith("You left before we greeted you")


@pytest.mark.parametrize("reason", ["REGISTERED_TWICE", "WRONG_DEALER"])
async def test_who_was_taken_out_as_no_visit_is_not_told_by_his_link_that_he_left(desk, runtime, reason):
    """R1, B9: whoever was registered twice is being served."""
    visit = await who_came(desk, runtime)
    token = (await desk.get(f"/appointments/{visit}/link")).json()["token"]
    await leaves(runtime, visit, reason=reason)
    runtime.clock.move(at("09:25"))
    assert await told_by(desk, token) == "This appointment is over: call us for another time."
    assert (await desk.get(f"/appointments/{visit}")).json()["left_ungreeted"] is True


async def test_his_link_asks_him_back_only_on_the_day_on_which_he_came(desk, runtime):
    """R1, B9: here a day too early; tomorrow that queue is over."""
    await desk.plan()
    await desk.plan(day=TOMORROW)
    visit = (await desk.book("14:00", 2, day=TOMORROW)).json()["visit_id"]
    token = (await desk.get(f"/appointments/{visit}/link")).json()["token"]
    await hears(runtime, an_arrival(), visit, "09:00")
    await leaves(runtime, visit)
    runtime.clock.move(at("09:25"))
    assert (await told_by(desk, token)).startswith("You left before we greeted you: come back today")
    runtime.clock.move(at("09:00", TOMORROW))
    assert await told_by(desk, token) == "This appointment is over: call us for another time."
    await returns(runtime, visit)
    assert await told_by(desk, token) == "Your vehicle is with us."


async def test_a_place_that_is_still_to_come_is_offered_to_whoever_waits(desk, runtime):
    """B16, R1: booked for two in the afternoon, here at nine, gone at twenty past."""
    visit = await who_came(desk, runtime, "14:00", plan=ONE_PM)
    waiting = await desk.post("/waiting", WAIT | {"details": a_confirm_body("Philips")})
    assert waiting.status_code == 201, waiting.text
    await leaves(runtime, visit)
    offered = (await desk.get(f"/appointments/{waiting.json()['visit_id']}")).json()
    assert (offered["state"], instant(offered["arrival"])) == ("RESERVED", at("14:00"))


async def test_the_car_that_was_kept_for_him_is_free_and_is_tried_again(desk, runtime):
    """B17, R1: nobody had driven it; back at eleven he has it from then on."""
    visit = await who_came(desk, runtime)
    await desk.put("/loaners/L1", CAR)
    runtime.clock.move(at("09:00"))
    lend = {"mobility": "LOANER", "until": at("17:00").isoformat()}
    assert (await desk.post(f"/appointments/{visit}/mobility", lend)).status_code == 200
    await leaves(runtime, visit)
    assert await loans(desk) == []
    refused = await desk.post(f"/appointments/{visit}/mobility", lend)
    assert (refused.status_code, refused.json()["code"]) == (409, "customer-left")
    await returns(runtime, visit)
    assert await loans(desk) == [(visit, at("11:00"), at("17:00"))]


async def test_a_car_that_went_to_somebody_else_meanwhile_is_not_promised_any_more(desk, runtime):
    """B17, R1: the desk hears that nothing is arranged."""
    visit = await who_came(desk, runtime)
    await desk.put("/loaners/L1", CAR)
    lend = {"mobility": "LOANER", "until": at("17:00").isoformat()}
    await desk.post(f"/appointments/{visit}/mobility", lend)
    await leaves(runtime, visit)
    other = (await desk.book("10:00", 1)).json()["visit_id"]
    assert (await desk.post(f"/appointments/{other}/mobility", lend)).status_code == 200
    await returns(runtime, visit)
    shown = (await desk.get(f"/appointments/{visit}")).json()
    assert (shown["mobility"], shown["loaner"], await taken(desk)) == ("NONE", None, 3)


@pytest.mark.parametrize(
    ("reason", "visits"), [("REGISTERED_TWICE", 1), ("WRONG_DEALER", 1), ("CALLED_AWAY", 2), ("OTHER", 2)]
)
async def test_who_was_registered_twice_or_at_the_wrong_dealer_is_no_visit(desk, runtime, reason, visits):
    """B13, R1: he counts again once he is back."""
    visit = await who_came(desk, runtime)
    await hears(runtime, an_arrival_of("wang"), "walk-in", "09:00")
    await leaves(runtime, visit, reason=reason)
    asked = {"from": str(THE_DAY), "to": str(THE_DAY)}
    told = (await desk.get("/figures", **asked)).json()
    assert (told["visits"], told["booked_visits"]) == (visits, visits - 1)
    assert sum(row["booked"] + row["walk_in"] for row in told["traffic"]) == visits
    await returns(runtime, visit)
    assert (await desk.get("/figures", **asked)).json()["visits"] == 2


async def test_who_left_ungreeted_teaches_nothing_of_work_found_later(desk, runtime):
    """B20, R1: nobody looked at his car."""
    visit = await who_came(desk, runtime)
    await leaves(runtime, visit)
    runtime.clock.move(at("18:00"))
    learned = (await desk.get("/reserve-proposal", day=str(THE_DAY))).json()["items"][0]
    assert learned["because"].startswith("0 booked visits")
