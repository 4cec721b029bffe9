"""Booking on the real Kafka and MongoDB: timers, late news, and many who want the last hours at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from booking.domain.errors import Taken
from booking.storage.documents import DAYS
from booking.usecases.hold_appointment import HoldAppointment, hold_appointment
from booking_builders import GR, a_wish, an_arrival, class_hours
from booking_desk import DeskClient, a_confirm_body, a_plan_body, instant
from booking_journeys import POLICY
from booking_platform import NewDealer, Platform, until
from chassis.ids import new_id
from chassis.scopes import Dealers
from chassis.unit import AlreadyExists, VersionConflict
from contracts.values import Channel
from contracts.workshop import JobCarriedOver

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def platform(servers: Any) -> AsyncIterator[Platform]:
    with pytest.MonkeyPatch.context() as environment:
        for name, value in servers.environment["booking"].items():
            environment.setenv(name, value)
        async with Platform(servers) as platform:
            yield platform


async def state_of(desk: DeskClient, visit: str) -> str:
    return (await desk.get(f"/appointments/{visit}")).json()["state"]


async def becomes(desk: DeskClient, visit: str, state: str) -> None:
    async def is_so() -> bool:
        return await state_of(desk, visit) == state

    await until(is_so, f"{visit} to be {state}")


async def test_a_hold_ends_by_itself_and_a_visit_that_does_not_come_is_missed_until_late_news_reverse_it(platform):
    """B9, B10, B15: durable timers, and a fact that comes late."""
    dealer = await NewDealer(platform).planned()
    desk, day = dealer.desks[0], dealer.day
    held = (await desk.hold("09:00", 2, day=day)).json()
    booked = (await desk.book("10:00", 3, day=day)).json()

    await platform.move(instant(held["expires_at"]))
    await becomes(desk, held["visit_id"], "EXPIRED")
    assert (await desk.balance(day=day))["assigned"] == 3

    arrival = instant(booked["arrival"])
    await platform.move(arrival - timedelta(hours=24))

    async def reminded() -> bool:
        return (await desk.get(f"/appointments/{booked['visit_id']}")).json()["reminder_at"] is None

    await until(reminded, "the reminder")

    await platform.move(arrival + timedelta(minutes=30))
    await becomes(desk, booked["visit_id"], "NO_SHOW")
    assert (await desk.balance(day=day))["assigned"] == 0

    await dealer.send(an_arrival(), booked["visit_id"], at=arrival + timedelta(minutes=5))
    await becomes(desk, booked["visit_id"], "ARRIVED")
    assert (await desk.balance(day=day))["assigned"] == 3
    assert await platform.announced(booked["visit_id"]) == [
        "booking.appointment-held.v1",
        "booking.appointment-confirmed.v1",
        "booking.reminder-due.v1",
        "booking.readiness-missing.v1",
        "booking.appointment-missed.v1",
        "booking.no-show-withdrawn.v1",
    ]


async def test_news_that_reception_announced_before_the_grace_time_are_known_before_anybody_is_missed(platform):
    """B10: the clock jumps far past the grace time while the arrival is still on its way."""
    dealer = await NewDealer(platform).planned()
    desk, day = dealer.desks[0], dealer.day
    booked = (await desk.book("10:00", 1, day=day)).json()
    arrival = instant(booked["arrival"])
    await dealer.send(an_arrival(), booked["visit_id"], at=arrival)
    await platform.move(arrival + timedelta(hours=5))
    await until(platform.at_rest, "timers and facts")
    assert await state_of(desk, booked["visit_id"]) == "ARRIVED"
    told = await platform.announced(booked["visit_id"])
    assert told[:2] == ["booking.appointment-held.v1", "booking.appointment-confirmed.v1"]
    assert not {"booking.appointment-missed.v1", "booking.no-show-withdrawn.v1"} & set(told)


async def test_a_carry_over_reserves_hours_from_the_workshops_fact(platform):
    """W8, B1."""
    dealer = await NewDealer(platform).planned()
    desk, day = dealer.desks[0], dealer.day
    kept = (class_hours(GR, 3),)
    event = JobCarriedOver(from_day=day - timedelta(days=1), to_day=day, remaining=kept, reason="PARTS")
    await dealer.send(event, new_id())

    async def reserved() -> bool:
        return (await desk.balance("GR", day))["carry_over_reserve"] == 3

    await until(reserved, "the reserve")


async def test_what_is_kept_on_disk_names_no_customer(platform):
    """C15: sealed with the person's key; the door opens it."""
    dealer = await NewDealer(platform).planned()
    desk, day = dealer.desks[0], dealer.day
    booked = (await desk.book("10:00", 1, day=day, confirm=a_confirm_body("Bottacin", concern="brakes"))).json()
    raw = await platform.runtimes[0].database["appointments"].find_one({"_id": booked["visit_id"]})
    assert raw is not None
    assert "Bottacin" not in repr(raw) and "138 0013" not in repr(raw) and "brakes" not in repr(raw)
    assert (await desk.get(f"/appointments/{booked['visit_id']}")).json()["customer"]["name"] == "Bottacin"


async def test_of_many_units_of_work_that_want_the_last_hour_exactly_one_gets_it(platform):
    """B2: no queue, no door; the version of the dealer day alone decides."""
    dealer = await NewDealer(platform).planned(a_plan_body([("T1", "PM")], hours=1))
    runtime = platform.runtimes[0]

    async def book() -> bool:
        wish = a_wish(visit=new_id(), day=dealer.day)
        command = HoldAppointment(dealer.id, wish, Channel.APP)
        while True:
            unit = runtime.unit(scope=Dealers.of(dealer.id), actor="app:a")
            try:
                await hold_appointment(unit, command, POLICY)
                await unit.commit()
                return True
            except Taken:
                return False
            except (VersionConflict, AlreadyExists):
                continue

    got = await asyncio.gather(*(book() for _ in range(40)))
    assert sum(got) == 1
    unit = runtime.unit(scope=Dealers.of(dealer.id), actor="app:a")
    kept = await unit.get(DAYS, f"{dealer.id}:{dealer.day}")
    assert [taking.lines[0].hours.hours for taking in kept.takings] == [1]


async def test_of_200_callers_at_two_processes_exactly_one_gets_the_last_slot_and_the_others_get_offers(platform):
    """B2: two processes meet at the version of the dealer day."""
    dealer = await NewDealer(platform).planned(a_plan_body(advisors=["wang"]))
    desks, day = dealer.desks, dealer.day
    replies = await asyncio.gather(*(desks[n % 2].hold("09:00", 0.5, day=day) for n in range(200)))
    assert Counter(reply.json().get("code", reply.status_code) for reply in replies) == {201: 1, "slot-taken": 199}
    assert all(len(reply.json()["details"]["offers"]) == 5 for reply in replies if reply.status_code == 409)
    assert (await desks[1].balance(day=day))["assigned"] == 0.5


async def test_of_two_callers_at_two_processes_exactly_one_gets_the_last_hour_twenty_times_over(platform):
    """B1, B2: races of just two, where nobody's crowd slows anybody down; the loser gets offers of the next days."""
    dealer = await NewDealer(platform).planned(a_plan_body([("T1", "PM")], hours=0.5))
    desks, day = dealer.desks, dealer.day
    await desks[0].plan(a_plan_body(), day + timedelta(days=1))
    for race in range(20):
        await desks[0].plan(a_plan_body([("T1", "PM")], hours=(race + 1) * 0.5), day)
        replies = await asyncio.gather(
            *(desk.hold(f"{8 + race % 8:02}:{race // 8 * 15:02}", 0.5, day=day) for desk in desks)
        )
        assert sorted(reply.status_code for reply in replies) == [201, 409], [reply.text for reply in replies]
        (refused,) = [reply.json() for reply in replies if reply.status_code == 409]
        assert refused["code"] == "hours-taken" and refused["details"]["offers"]


async def test_what_was_seen_on_a_page_before_somebody_else_booked_is_refused_with_offers_that_can_be_had(platform):
    """B2: an offer is no promise; it was taken at the other process meanwhile."""
    dealer = await NewDealer(platform).planned(a_plan_body(advisors=["wang"]))
    here, there = dealer.desks
    asked = {"work_class": "PM", "hours": 0.5, "from": str(dealer.day), "limit": 3}
    seen = [instant(one["arrival"]) for one in (await here.get("/offers", **asked)).json()["items"]]
    body = {"arrival": seen[0].isoformat(), "work_class": "PM", "hours": 0.5, "channel": "PHONE"}
    assert (await there.post("/appointments", body)).status_code == 201
    refused = await here.post("/appointments", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "slot-taken")
    offered = [one["arrival"] for one in refused.json()["details"]["offers"]]
    assert offered and seen[0] not in [instant(one) for one in offered]
    assert (await here.post("/appointments", body | {"arrival": offered[0]})).status_code == 201


async def test_of_many_callers_at_two_processes_as_many_get_hours_as_there_are(platform):
    """B1: eight hours, 32 callers for half an hour in slots of their own, each sent twice under one key."""
    dealer = await NewDealer(platform).planned(a_plan_body([("T1", "PM")], hours=8))
    desks, day = dealer.desks, dealer.day
    clocks = [f"{hour:02}:{minute:02}" for hour in range(8, 16) for minute in (0, 15, 30, 45)]
    commands = [(n, clock, new_id()) for n, clock in enumerate(clocks)]
    replies = await asyncio.gather(
        *(desks[(n + again) % 2].hold(clock, 0.5, day=day, key=key) for again in (0, 1) for n, clock, key in commands)
    )
    taken = {reply.json()["visit_id"] for reply in replies if reply.status_code == 201}
    assert len(taken) == 16
    assert (await desks[0].balance(day=day))["bookable"] == 0
    await until(platform.at_rest, "all facts to be announced")
