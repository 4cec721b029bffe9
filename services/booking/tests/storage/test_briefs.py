"""A day in brief says of its slots and hours what the whole day says, whatever stands on it (B1, B2, B15, W14)."""

from datetime import date, datetime, timedelta
from typing import Any

from booking.domain.calendar import Calendar, WeekdayPlan
from booking.domain.capacity import CLASSES, CapacityPlan, ClassBays, TechnicianPlan
from booking.domain.dealer_day import DealerDay
from booking.domain.levelling import offers
from booking.domain.taking import CarryOver, TakenHours, Taking, TakingKind
from booking.storage.briefs import brief_of, day_in_brief
from booking.storage.days import look_at_days, survey_days
from booking.storage.documents import CALENDARS, DAYS
from booking_builders import (
    GR,
    PM,
    QUICK,
    THE_DAY,
    THE_DAY_BEFORE,
    a_day,
    a_dealer,
    a_plan,
    a_wish,
    at,
    class_hours,
    hours,
)
from booking_journeys import Desk
from chassis.testing import MemoryStore
from hypothesis import given, settings
from hypothesis import strategies as st

NOW = THE_DAY_BEFORE
DEALER = a_dealer()
NEXT_DAY = THE_DAY + timedelta(days=1)
HV = ("HIGH_VOLTAGE",)
PLAN = CapacityPlan(
    technicians=(
        TechnicianPlan("T1", (class_hours(PM, 8), class_hours(GR, 4)), HV),
        TechnicianPlan("T2", (class_hours(PM, 8), class_hours(QUICK, 4))),
        TechnicianPlan("T3", (class_hours(GR, 8),), HV),
    ),
    walk_in_reserve=(class_hours(PM, 1),),
    bays=(ClassBays(GR, 2),),
    quick_lane=1,
)
QUARTERS = st.integers(0, 39)
WORK_CLASSES = st.sampled_from([PM, GR, QUICK])
TECHNICIANS = st.sampled_from([None, None, "T1", "T3"])
NEEDS = st.sampled_from([(), (), HV])


def slot(quarter: int, day: date = THE_DAY) -> datetime:
    return at("08:00", day) + timedelta(minutes=15 * quarter)


@st.composite
def takings(draw: st.DrawFn, day: date) -> list[Taking]:
    """Appointments, holds that stand, holds that are over, and unbooked work, wherever they may have come from."""
    found = []
    for n in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from(list(TakingKind)))
        ends = {TakingKind.HOLD: NOW + timedelta(minutes=draw(st.sampled_from([-1, 0, 1])))}
        lines = [
            TakenHours(f"L{line}", draw(WORK_CLASSES), hours(draw(st.integers(0, 12)) / 4))
            for line in range(draw(st.integers(1, 2)))
        ]
        found.append(
            Taking(
                visit_id=f"v{n}",
                kind=kind,
                arrival=slot(draw(QUARTERS), day),
                lines=tuple(lines),
                advisor=draw(st.sampled_from([None, "wang", "li", "zhao", "left-the-house", "QUICK-LANE"])),
                technician=draw(TECHNICIANS),
                needs=draw(NEEDS),
                held_until=ends.get(kind),
            )
        )
    return found


@st.composite
def days(draw: st.DrawFn, day: date) -> DealerDay:
    kept = [CarryOver(f"c{n}", (class_hours(GR, 1),), draw(TECHNICIANS)) for n in range(draw(st.integers(0, 2)))]
    return DealerDay("SH001", day, draw(st.sampled_from([PLAN, PLAN, a_plan()])), True, draw(takings(day)), kept)


@st.composite
def wishes(draw: st.DrawFn) -> Any:
    return a_wish(
        "08:00",
        draw(st.integers(1, 16)) / 4,
        draw(WORK_CLASSES),
        "",
        advisor=draw(st.sampled_from([None, None, "li"])),
        technician=draw(TECHNICIANS),
        preferred=draw(st.sampled_from([(), ("zhao",)])),
        needs=draw(NEEDS),
    ).at(slot(draw(st.integers(-100, 250))))


def in_brief(day: DealerDay) -> Any:
    assert day.own_plan
    return day_in_brief(day.day, brief_of(day), CapacityPlan, NOW)


@settings(max_examples=2 * settings().max_examples)
@given(days(THE_DAY), days(NEXT_DAY), wishes(), st.integers(1, 20))
def test_offers_out_of_briefs_are_those_out_of_whole_days(one: DealerDay, other: DealerDay, wish: Any, limit: int):
    """B2: the same slots, advisors, loads and reasons."""
    whole = offers([one.at(NOW), other.at(NOW)], DEALER, wish, limit)
    assert offers([in_brief(one), in_brief(other)], DEALER, wish, limit) == whole


@settings(deadline=None)
@given(days(THE_DAY))
def test_hours_and_places_of_a_brief_are_those_of_the_whole_day(day: DealerDay):
    """B1, B2."""
    whole, brief = day.at(NOW), in_brief(day)
    assert [brief.balance(c) for c in CLASSES] == [whole.balance(c) for c in CLASSES]
    for start in whole.slots(DEALER):
        assert brief.free_advisors(DEALER, start) == whole.free_advisors(DEALER, start)


@settings(deadline=None)
@given(days(THE_DAY), days(NEXT_DAY), wishes(), st.integers(1, 5))
def test_looking_into_the_nearest_days_only_finds_what_looking_into_all_finds(
    one: DealerDay, other: DealerDay, wish: Any, limit: int
):
    """B2: the best of both are among the best of each."""
    apart = [offer for day in (one, other) for offer in offers([day.at(NOW)], DEALER, wish, 1000)]
    best = sorted(apart, key=lambda offer: (offer.cost, offer.arrival))[:limit]
    assert offers([one.at(NOW), other.at(NOW)], DEALER, wish, limit) == best


def test_a_day_that_is_too_far_away_is_not_looked_into():
    """B2: what makes a month cost as little as a day."""
    looked_into: list[date] = []

    def seen(day: date) -> Any:
        shown = a_day(day=day).at(NOW)
        add_up = shown._add_up
        shown._add_up = lambda: looked_into.append(day) or add_up()
        return shown

    days = [date(2025, 6, 23) + timedelta(days=n) for n in range(26)]
    assert len(offers([seen(day) for day in days], DEALER, a_wish("09:00"), 10)) == 10
    assert looked_into == [THE_DAY]


async def test_days_surveyed_in_the_store_are_those_that_are_read_whole():
    """B1, B15: days of their own, days of the calendar, and days nobody ever wrote."""
    store = MemoryStore()
    desk = Desk(store)
    busy = a_day()
    busy.take(a_wish("09:00", visit="v1"), DEALER, NOW)
    busy.take(a_wish("09:00", visit="v2"), DEALER, NOW, NOW + timedelta(minutes=15))

    async def kept(unit: Any) -> None:
        unit.add(DAYS, busy)
        calendar = Calendar("SH001")
        calendar.plan_week(tuple(WeekdayPlan(weekday, PLAN) for weekday in range(5)), THE_DAY, THE_DAY)
        unit.add(CALENDARS, calendar)

    async def compared(unit: Any) -> None:
        wanted = [THE_DAY + timedelta(days=n) for n in range(10)]
        whole = await look_at_days(unit, DEALER, wanted)
        found = offers(await survey_days(unit, DEALER, wanted), DEALER, a_wish(visit=""), 90)
        assert found == offers([day.at(unit.now) for day in whole], DEALER, a_wish(visit=""), 90)
        assert {DEALER.day_of(offer.arrival) for offer in found} >= {THE_DAY, NEXT_DAY}

    await desk.do(kept)
    await desk.do(compared)
