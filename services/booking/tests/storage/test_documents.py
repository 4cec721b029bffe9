"""What booking keeps comes back as it was, from the memory store and from the real one alike."""

import uuid
from collections.abc import AsyncIterator, Callable
from datetime import time, timedelta
from typing import Any

import pytest
from booking.domain.arrival import Arrival, FoundWork
from booking.domain.calendar import Calendar, DayRule, Shop, WeekdayPlan
from booking.domain.campaign import Campaign
from booking.domain.capacity import ClassBays
from booking.domain.dealer_day import DealerDay
from booking.domain.details import ChangeReason, NoShowReason, WhoseChange
from booking.domain.due import ServicePlan
from booking.domain.loaner import Loaner
from booking.domain.staff import Employment, Leave, LeaveReason, Qualification, Shift
from booking.domain.taking import TakenHours
from booking.domain.vehicle_file import AuthorisedLine, PastVisit, VehicleFile
from booking.domain.waiting import Waiting
from booking.settings import Settings
from booking.storage.documents import (
    ALL,
    APPOINTMENTS,
    ARRIVALS,
    CALENDARS,
    CAMPAIGNS,
    DAYS,
    DEALERS,
    LOANERS,
    VEHICLES,
    WAITING,
)
from booking_builders import (
    GR,
    PM,
    THE_DAY,
    THE_DAY_BEFORE,
    a_booked_appointment,
    a_dealer,
    a_held_appointment,
    a_plan,
    a_vehicle,
    a_wish,
    at,
    class_hours,
    hours,
    sealed,
    some_details,
)
from chassis.runtime import Parts, Runtime
from chassis.scopes import Dealers
from chassis.testing import MemoryStore, memory_unit
from chassis.unit import Unit
from contracts.booking import AskedPart, DealersContact, MenuItem
from contracts.headquarters import VinRange
from contracts.parts import OrderClass
from contracts.values import Channel, Money, Party

A_CONTACT = DealersContact(at=THE_DAY_BEFORE, channel=Channel.PHONE, by="anna", agreed=True)
NewUnit = Callable[[], Unit]


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.stack)])
async def new_unit(request: pytest.FixtureRequest) -> AsyncIterator[tuple[NewUnit, str]]:
    """Units of work on an empty dealer, and that dealer's code."""
    dealer = f"T{uuid.uuid4().hex[:8].upper()}"
    if request.param == "memory":
        store = MemoryStore()
        yield lambda: memory_unit(dealer, store=store), dealer
        return
    # A database of its own: no process of booking runs on it and fires the timers of what is kept here.
    url = request.getfixturevalue("servers").mongo["url"]
    settings = Settings(mongo_url=url, mongo_database=f"booking_{dealer}", clock="manual", clock_start=THE_DAY_BEFORE)
    runtime = Runtime(Parts("booking", ALL), settings)
    await runtime.store.prepare(ALL)
    yield lambda: runtime.unit(scope=Dealers.of(dealer), actor="advisor:anna"), dealer
    await runtime.client.drop_database(runtime.database.name)
    await runtime.stop()


def a_full_day(dealer: str) -> DealerDay:
    """A day with everything that a day can hold."""
    day = DealerDay(dealer, THE_DAY)
    day.replan(a_plan(walk_in_reserve=(class_hours(GR, 2),), bays=(ClassBays(GR, 2),)), THE_DAY_BEFORE)
    later = THE_DAY_BEFORE + timedelta(minutes=15)
    day.take(a_wish("09:00", 2, technician="T1"), a_dealer(dealer), THE_DAY_BEFORE, later)
    day.take_unbooked("walk-in", [TakenHours("L1", GR, hours(1))], at("11:00"), THE_DAY_BEFORE)
    day.reserve_carry_over("kept", (class_hours(GR, 3),), THE_DAY_BEFORE)
    return day


def a_full_appointment(dealer: str) -> Any:
    """A missed appointment with every detail and a history."""
    appointment = a_booked_appointment(
        a_wish(visit=f"{dealer}-1"),
        concern=sealed("It pulls to the left"),
        menu_items=(MenuItem(code="PM20", title="Service", hours=hours(1)),),
        estimated_price=Money(amount=68_100, currency="CNY"),
        delivery_estimate=at("16:00"),
        source="WEB_SITE",
    )
    appointment.dealer_id = dealer
    appointment.reschedule(
        a_wish("10:00", visit=f"{dealer}-1"),
        a_dealer(dealer),
        advisor="li",
        change=WhoseChange("app:a", ChangeReason.PARTS_LATE, Party.DEALER, A_CONTACT),
        now=THE_DAY_BEFORE,
    )
    appointment.plan_parts([AskedPart(number="04465.02220", quantity=2)], "app:a", THE_DAY_BEFORE)
    (part,) = appointment.parts.items
    appointment.parts_told([part.missed(1, at("12:00"), OrderClass.EMERGENCY)], "parts", THE_DAY_BEFORE)
    appointment.miss()
    appointment.record_no_show_reason(NoShowReason.ILL)
    return appointment


def a_calendar(dealer: str) -> Calendar:
    calendar = Calendar(dealer)
    week = (WeekdayPlan(0, a_plan()), WeekdayPlan(5, a_plan(pm=4, gr=0, advisors=("li",))))
    calendar.plan_week(week, THE_DAY, THE_DAY)
    shift = Shift(0, time(8), time(17), 60)
    trained = (Qualification("HIGH_VOLTAGE", THE_DAY),)
    calendar.employ("tim", Employment(THE_DAY, (shift,), (PM, GR), trained, receives=True), THE_DAY)
    calendar.grant_leave("tim", (Leave(THE_DAY, THE_DAY, LeaveReason.TRAINING),), THE_DAY)
    calendar.equip(Shop(THE_DAY, (ClassBays(GR, 2),), 1, (class_hours(GR, 1),), {PM: 60, GR: 40}, "CN"), THE_DAY)
    calendar.keep_free((class_hours(PM, 2),), "learned", THE_DAY, THE_DAY)
    calendar.rule_day(DayRule(THE_DAY, closed=False, works_like=5, opening=(time(9), time(12)), reason="fair"), THE_DAY)
    return calendar


def somebody_waiting(dealer: str) -> Waiting:
    wish = a_wish(visit=f"{dealer}-w", advisor="li", needs=("HIGH_VOLTAGE",))
    days = (THE_DAY, THE_DAY)
    waiting, _ = Waiting.start(
        wish,
        a_dealer(dealer),
        days,
        details=some_details(),
        channel=Channel.WECHAT,
        owner="advisor:a",
        now=THE_DAY_BEFORE,
        read_back=True,
        parts=(AskedPart(number="90915-YZZD2", quantity=1),),
    )
    waiting.offer(at("09:00"), at("08:00"), sealed("link"))
    waiting.let_go(THE_DAY)
    return waiting


def a_vehicle_file(dealer: str) -> VehicleFile:
    file = VehicleFile(dealer, "LFV2A21K8B3000001")
    line = AuthorisedLine("L1", "PM20", PM)
    file.keep(PastVisit("v1", THE_DAY, 20_000, "wang", (("PM20", "Service"),), True, (PM,), (line,)))
    file.met(a_vehicle(), "person-1")
    file.plan_next(ServicePlan(), a_dealer(dealer), delivered=True)
    file.tell_due(at("09:00"), THE_DAY)
    file.reckoned_from = THE_DAY
    file.campaigns_done.append("AIRBAG")
    return file


def a_campaign(dealer: str) -> Campaign:
    vehicles = (VinRange(first="LFV2A21K8B3000001", last="LFV2A21K8B3000009"),)
    return Campaign(dealer, "AIRBAG", "Airbag", "气囊", True, vehicles, ("OP",), THE_DAY)


def an_arrival(dealer: str) -> Arrival:
    arrival = Arrival("v1", dealer, THE_DAY, at("09:00"), 9, True, PM, hours(2))
    arrival.find(FoundWork("S1", GR, hours(1)))
    return arrival


def a_loaner(dealer: str) -> Loaner:
    car = Loaner(dealer, "L1", "沪B00001", "Corolla", at("18:00"))
    car.lend("v1", at("09:00"), at("17:00"))
    return car


@pytest.mark.parametrize(
    ("documents", "made"),
    [
        (DEALERS, a_dealer),
        (CALENDARS, a_calendar),
        (DAYS, a_full_day),
        (APPOINTMENTS, a_full_appointment),
        (VEHICLES, a_vehicle_file),
        (WAITING, somebody_waiting),
        (CAMPAIGNS, a_campaign),
        (ARRIVALS, an_arrival),
        (LOANERS, a_loaner),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_what_is_kept_comes_back_as_it_was(new_unit, documents, made):
    """X4: times in UTC milliseconds, days as days, hours in minutes."""
    unit_of, dealer = new_unit
    kept = made(dealer)
    unit = unit_of()
    unit.add(documents, kept)
    await unit.commit()
    assert await unit_of().get(documents, documents.id_of(kept)) == kept


async def test_a_days_register_is_found_by_day_state_and_class(new_unit):
    """B8: the queries of register and sheets, sorted by arrival."""
    unit_of, dealer = new_unit
    unit = unit_of()
    for n, clock in enumerate(("11:00", "09:00", "10:00")):
        made = (a_booked_appointment if n else a_held_appointment)(a_wish(clock, visit=f"{dealer}-{n}"))
        made.dealer_id = dealer
        unit.add(APPOINTMENTS, made)
    await unit.commit()
    found = await unit_of().query(
        APPOINTMENTS, {"day": THE_DAY, "state": {"$in": ["CONFIRMED"]}, "work_class": "PM"}, sort=[("arrival", 1)]
    )
    assert [appointment.arrival for appointment in found] == [at("09:00"), at("10:00")]
    assert await unit_of().query(APPOINTMENTS, {"day": THE_DAY, "work_class": "GR"}) == []
