"""The calendar: weeks, staff, leave, public holidays, single days; days that are over never change (B1, W14)."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from booking.domain.calendar import Calendar, DayRule, PublicDay, Shop, WeekdayPlan
from booking.domain.capacity import CapacityPlan, ClassBays
from booking.domain.errors import PastDaysAreFrozen, PlanContradictory
from booking.domain.staff import Employment, Leave, LeaveReason, Qualification, Shift
from booking.storage.documents import CALENDARS
from booking.storage.public_holidays import public_day
from booking_builders import GR, PM, THE_DAY, a_dealer, a_plan, class_hours, hours

TODAY = THE_DAY
DEALER = a_dealer()
EIGHT_HOURS = tuple(Shift(day, time(8), time(17), 60) for day in range(6))
NEXT_MONDAY = THE_DAY + timedelta(days=7)
FIVE_AND_TWO = (class_hours(PM, 5), class_hours(GR, 2))


def a_staffed_calendar(*classes, **more) -> Calendar:
    calendar = Calendar("SH001")
    employment = Employment(TODAY, EIGHT_HOURS, classes or (PM, GR), **more)
    calendar.employ("tim", employment, TODAY)
    return calendar


def plan(calendar: Calendar, day: date, public: PublicDay | None = None) -> CapacityPlan:
    return calendar.plan_of(day, DEALER, public)


def test_a_day_is_planned_by_its_weekday():
    calendar = Calendar("SH001")
    calendar.plan_week((WeekdayPlan(0, a_plan()),), TODAY, TODAY)
    assert plan(calendar, THE_DAY) == a_plan()
    assert plan(calendar, date(2025, 6, 22)) == CapacityPlan()


def test_a_weekday_stands_in_the_week_once():
    with pytest.raises(PlanContradictory):
        Calendar("SH001").plan_week((WeekdayPlan(0, a_plan()), WeekdayPlan(0, a_plan())), TODAY, TODAY)


def test_a_new_week_holds_from_its_day_on_and_leaves_the_days_before_as_they_were():
    """B1: past days are frozen."""
    calendar = Calendar("SH001")
    calendar.plan_week((WeekdayPlan(0, a_plan(pm=16)),), TODAY, TODAY)
    calendar.plan_week((WeekdayPlan(0, a_plan(pm=8)),), NEXT_MONDAY, NEXT_MONDAY)
    assert plan(calendar, THE_DAY).available(PM) == hours(16)
    assert plan(calendar, NEXT_MONDAY).available(PM) == hours(8)


def test_hours_are_shift_less_pause_less_leave_shared_out_by_the_mix():
    """B1: 70 % maintenance, 30 % repair."""
    calendar = a_staffed_calendar()
    assert (plan(calendar, THE_DAY).available(PM), plan(calendar, THE_DAY).available(GR)) == (hours(5.6), hours(2.4))
    calendar.grant_leave("tim", (Leave(THE_DAY, THE_DAY, LeaveReason.ILL),), TODAY)
    assert plan(calendar, THE_DAY) == CapacityPlan()
    assert plan(calendar, THE_DAY + timedelta(days=1)).available(PM) == hours(5.6)


def test_who_leaves_has_no_shifts_from_that_day_on():
    calendar = a_staffed_calendar(PM)
    calendar.employ("tim", Employment(NEXT_MONDAY), TODAY)
    assert plan(calendar, NEXT_MONDAY - timedelta(days=2)).available(PM) == hours(8)
    assert plan(calendar, NEXT_MONDAY) == CapacityPlan()


def test_a_qualification_counts_until_its_last_day():
    """W14: it runs out by itself."""
    trained = (Qualification("HIGH_VOLTAGE", THE_DAY),)
    calendar = a_staffed_calendar(GR, qualifications=trained)
    assert plan(calendar, THE_DAY).qualified("HIGH_VOLTAGE", GR) == hours(8)
    assert plan(calendar, THE_DAY + timedelta(days=1)).qualified("HIGH_VOLTAGE", GR) == hours(0)


def test_without_any_advisor_on_duty_a_day_receives_nobody():
    """B2: the calendar knows advisors, and all are away."""
    calendar = a_staffed_calendar(PM)
    calendar.employ("anna", Employment(TODAY, EIGHT_HOURS, receives=True), TODAY)
    assert plan(calendar, THE_DAY).advisors == ("anna",)
    calendar.grant_leave("anna", (Leave(THE_DAY, THE_DAY, LeaveReason.HOLIDAY),), TODAY)
    assert plan(calendar, THE_DAY) == CapacityPlan()


def test_the_shop_has_bays_lane_and_reserve_from_its_day_on():
    calendar = a_staffed_calendar(PM)
    calendar.equip(Shop(NEXT_MONDAY, (ClassBays(PM, 3),), quick_lane=2), TODAY)
    assert plan(calendar, THE_DAY).bays_of(PM) is None
    assert (plan(calendar, NEXT_MONDAY).bays_of(PM), plan(calendar, NEXT_MONDAY).quick_lane) == (3, 2)


@pytest.mark.parametrize(
    ("day", "name", "works_like"),
    [
        (date(2025, 10, 1), "National Day", None),
        (date(2025, 9, 28), "make-up working day", 0),
        (date(2025, 10, 11), "make-up working day", 0),
    ],
)
def test_china_rests_on_holidays_and_makes_up_for_some_on_weekends(day, name, works_like):
    """B1: 28 September 2025 is a Sunday that was worked."""
    found = public_day("CN", day)
    assert found is not None
    assert (name in found.name, found.works_like) == (True, works_like)


def test_an_ordinary_day_and_a_dealer_without_a_country_have_no_public_calendar():
    assert public_day("CN", date(2025, 6, 23)) is None
    assert public_day("", date(2025, 10, 1)) is None


def test_a_made_up_sunday_has_mondays_shifts_and_opening_hours():
    """B1: the dealer is closed on Sundays otherwise."""
    sunday = date(2025, 9, 28)
    calendar = a_staffed_calendar(PM)
    assert plan(calendar, sunday) == CapacityPlan()
    worked = plan(calendar, sunday, PublicDay("make-up working day", 0))
    assert worked.available(PM) == hours(8)
    assert len(DEALER.slots_on(sunday, worked.opening)) == 40


def test_the_dealers_own_word_outweighs_the_public_calendar():
    """B1: open on a holiday from nine to noon."""
    holiday = date(2025, 10, 1)
    calendar = a_staffed_calendar(PM)
    assert plan(calendar, holiday, PublicDay("National Day", None)) == CapacityPlan()
    calendar.rule_day(DayRule(holiday, closed=False, opening=(time(9), time(12))), TODAY)
    worked = plan(calendar, holiday, PublicDay("National Day", None))
    assert (worked.available(PM), len(DEALER.slots_on(holiday, worked.opening))) == (hours(8), 12)


def a_calendar_of_one_reserve(reason: str) -> Calendar:
    """As it was stored when what was learned stood in the walk-in reserve."""
    raw = CALENDARS.dump(Calendar("SH001", shops=[Shop(TODAY, walk_in_reserve=FIVE_AND_TWO, reserve_reason=reason)]))
    del raw["shops"][0]["learned_reserve"]
    return CALENDARS.load({"_id": "SH001", **raw})


def test_what_was_learned_before_it_had_a_place_of_its_own_is_not_kept_twice():
    """B20, B1: also if too few visits or a word by hand come between; what is not learned anew stays."""
    calendar = a_calendar_of_one_reserve("learned")
    calendar.keep_free((), "too few", TODAY, TODAY)
    calendar.equip(replace(calendar.shops[0], quick_lane=2), TODAY)
    assert calendar.shops[0].reserve == FIVE_AND_TWO
    for learned in (6, 4):
        calendar.keep_free((class_hours(PM, learned),), "learned anew", TODAY, TODAY)
        assert calendar.shops[0].reserve == (class_hours(GR, 2), class_hours(PM, learned))


@pytest.mark.parametrize(
    "between", [lambda calendar: None, lambda calendar: calendar.keep_free((), "few", TODAY, TODAY)]
)
def test_a_reserve_for_walk_ins_that_nobody_learned_stays_beside_the_learned_one(between):
    """B20, B1: whenever it was said, and whatever reason was given for it since."""
    for calendar in (a_calendar_of_one_reserve(""), Calendar("SH001")):
        between(calendar)
        calendar.equip(Shop(TODAY, walk_in_reserve=FIVE_AND_TWO, reserve_reason="two walk-ins a day"), TODAY)
        calendar.keep_free((class_hours(PM, 6),), "learned", TODAY, TODAY)
        assert calendar.shops[0].reserve == (class_hours(PM, 11), class_hours(GR, 2))


@pytest.mark.parametrize(
    "change",
    [
        lambda calendar, past: calendar.employ("tim", Employment(past), TODAY),
        lambda calendar, past: calendar.equip(Shop(past), TODAY),
        lambda calendar, past: calendar.rule_day(DayRule(past, closed=True), TODAY),
        lambda calendar, past: calendar.plan_week((), past, TODAY),
        lambda calendar, past: calendar.grant_leave("tim", (Leave(past, TODAY, LeaveReason.ILL),), TODAY),
    ],
)
def test_days_that_are_over_cannot_be_changed(change):
    """B1."""
    with pytest.raises(PastDaysAreFrozen):
        change(a_staffed_calendar(), TODAY - timedelta(days=1))


def test_a_leave_that_has_begun_may_end_earlier_but_not_begin_otherwise():
    """B1."""
    calendar = a_staffed_calendar()
    calendar.grant_leave("tim", (Leave(TODAY, TODAY + timedelta(days=4), LeaveReason.ILL),), TODAY)
    tomorrow = TODAY + timedelta(days=1)
    calendar.grant_leave("tim", (Leave(TODAY, tomorrow, LeaveReason.ILL),), tomorrow)
    with pytest.raises(PastDaysAreFrozen):
        calendar.grant_leave("tim", (), tomorrow)


@pytest.mark.parametrize("wrong", [lambda: Shift(0, time(17), time(8)), lambda: Shift(0, time(8), time(9), 60)])
def test_a_shift_without_working_time_is_refused(wrong):
    with pytest.raises(PlanContradictory):
        wrong()
