"""The promised time (R11)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from contracts.values import TechnicianHours, WorkClass
from hypothesis import given
from hypothesis import strategies as st
from reception.domain.errors import DealerNeverOpen
from reception.domain.promise import promise, propose
from reception.domain.workload import Ahead, Workload, queue_minutes, room_for
from reception_builders import NINE, POLICY, a_dealer

BERLIN = ZoneInfo("Europe/Berlin")


def hours(*each: float) -> list[TechnicianHours]:
    return [TechnicianHours.of(one) for one in each]


def test_a_promise_is_work_and_auxiliary_time_and_says_so():
    """R11: two hours of work, 10 hand-over, 15 checks, 15 quality control, 20 wash: ready at twelve."""
    promised = promise(NINE, hours(1.5, 0.5), a_dealer(), POLICY)
    assert promised.promised_at == NINE + timedelta(hours=3)
    assert [(part.name, part.minutes) for part in promised.parts] == [
        ("work", 120),
        ("hand-over", 10),
        ("free-checks", 15),
        ("quality-control", 15),
        ("wash", 20),
    ]


def test_a_promise_is_rather_late_than_broken():
    """R11: start and duration are rounded up to five minutes."""
    promised = promise(NINE + timedelta(minutes=1), hours(0.1), a_dealer(), POLICY)
    assert promised.promised_at == NINE + timedelta(minutes=5 + 70)


def test_what_does_not_fit_before_closing_goes_on_when_the_dealer_opens_again():
    """R11: from Saturday 17:30 half an hour is left; Sunday is closed; the rest is done on Monday from eight."""
    saturday = datetime(2025, 6, 28, 9, 30, tzinfo=UTC)
    promised = promise(saturday, hours(1), a_dealer(), POLICY)
    assert promised.promised_at == datetime(2025, 6, 30, 0, 0, tzinfo=UTC) + timedelta(minutes=90)


def test_work_may_end_exactly_at_closing_time():
    """R11: boundary."""
    promised = promise(NINE, hours(8), a_dealer(), POLICY)
    assert promised.promised_at == NINE + timedelta(hours=9)


def test_a_dealer_without_opening_hours_promises_nothing():
    """R11."""
    with pytest.raises(DealerNeverOpen):
        promise(NINE, hours(1), a_dealer(days=range(0)), POLICY)


@pytest.mark.parametrize(
    "night", [datetime(2025, 3, 30, 0, 30, tzinfo=BERLIN), datetime(2025, 10, 26, 0, 30, tzinfo=BERLIN)]
)
def test_the_night_of_a_clock_change_neither_gives_nor_takes_work(night: datetime):
    """R11, B19: a dealer open around the clock needs the same real hours in the night the clocks change."""
    dealer = a_dealer("Europe/Berlin", opens=0, closes=23, days=range(7))
    start = night.astimezone(UTC)
    assert promise(start, hours(4), dealer, POLICY).promised_at == start + timedelta(hours=5)


starts = st.integers(0, 220 * 24 * 3600).map(lambda s: datetime(2025, 3, 25, tzinfo=UTC) + timedelta(seconds=s))


@given(start=starts, work=st.integers(0, 60 * 40))
def test_a_promise_lies_in_opening_hours_and_costs_exactly_its_parts(start: datetime, work: int):
    """R11, property: the open minutes between start and promise are the sum of the parts, in any zone and season."""
    dealer = a_dealer("Europe/Berlin")
    promised = promise(start, [TechnicianHours(minutes=work)], dealer, POLICY)
    local = promised.promised_at.astimezone(BERLIN)
    assert local.weekday() in range(6) and 8 <= local.hour + local.minute / 60 <= 18
    spent, day = timedelta(), start.astimezone(BERLIN).date()
    while day <= local.date():
        opens = datetime(day.year, day.month, day.day, 8, tzinfo=BERLIN).astimezone(UTC)
        closes = datetime(day.year, day.month, day.day, 18, tzinfo=BERLIN).astimezone(UTC)
        if day.weekday() < 6:
            spent += max(min(closes, promised.promised_at) - max(opens, start), timedelta())
        day += timedelta(days=1)
    needed = timedelta(minutes=sum(part.minutes for part in promised.parts))
    assert needed <= spent < needed + timedelta(minutes=POLICY.promise_step_minutes)


def test_a_full_workshop_moves_the_start_to_the_first_day_with_room_and_says_so():
    """R11: by the class of the work; a day nobody has counted has room."""
    dealer, day = a_dealer(), NINE.date()
    full = Workload("1", "SH001", day, {WorkClass.GR: 59, WorkClass.PM: 600})
    overloaded = Workload("2", "SH001", day + timedelta(days=1), {WorkClass.GR: -30})
    hours = {WorkClass.GR: TechnicianHours.of(1)}
    proposal = propose(NINE, hours, dealer, POLICY, [full, overloaded])
    (wait,) = proposal.obstacles
    assert (wait.name, wait.until) == ("workshop-load", dealer.midnight(day + timedelta(days=2)))
    assert dealer.day_of(proposal.promise.promised_at) == day + timedelta(days=2)
    assert propose(NINE, {WorkClass.PM: TechnicianHours.of(1)}, dealer, POLICY, [full, overloaded]).obstacles == ()


def test_a_day_that_is_closed_has_no_room_though_nobody_has_counted_it():
    """R11: full until Saturday and on the Monday after; the Sunday between is closed."""
    dealer, needed = a_dealer(), {WorkClass.GR: TechnicianHours.of(1)}
    tuesday = dealer.midnight(NINE.date() + timedelta(days=8))
    proposal = propose(NINE, needed, dealer, POLICY, [*days_with(0, 6), *days_with(0, 8)[7:]])
    assert [(wait.name, wait.until) for wait in proposal.obstacles] == [("workshop-load", tuesday)]
    assert proposal.promise == promise(tuesday, needed.values(), dealer, POLICY)


def test_the_last_seconds_before_closing_are_no_obstacle():
    """R11: whether the day is counted or not."""
    dealer, needed = a_dealer(), {WorkClass.GR: TechnicianHours.of(1)}
    closing = NINE + timedelta(hours=9, seconds=-20)
    for loads in ([], days_with(600, 2)):
        assert propose(closing, needed, dealer, POLICY, loads).obstacles == ()


def days_with(bookable: int, count: int) -> list[Workload]:
    """So many days with so many minutes left, from the reference day on."""
    days = [NINE.date() + timedelta(days=offset) for offset in range(count)]
    return [Workload(str(day), "SH001", day, {WorkClass.GR: bookable}) for day in days]


def test_work_longer_than_one_days_room_is_spread_over_days_and_not_put_off():
    """R11: nine hours are left on each day of a week, and ten needed: begun at once, ready the next morning."""
    dealer, needed = a_dealer(), {WorkClass.GR: TechnicianHours.of(10)}
    proposal = propose(NINE, needed, dealer, POLICY, days_with(9 * 60, 6))
    assert (proposal.starts_at, proposal.obstacles) == (NINE, ())
    assert proposal.promise == promise(NINE, needed.values(), dealer, POLICY)
    assert dealer.day_of(proposal.promise.promised_at) == NINE.date() + timedelta(days=1)


def test_work_is_promised_for_the_day_on_which_the_room_of_all_days_is_enough():
    """R11: an hour is left on each day, and three needed: begun at once, the last hour is worked on Wednesday."""
    dealer, needed = a_dealer(), {WorkClass.GR: TechnicianHours.of(3)}
    wednesday = dealer.midnight(NINE.date() + timedelta(days=2))
    proposal = propose(NINE, needed, dealer, POLICY, days_with(60, 6))
    assert proposal.starts_at == NINE
    assert [(wait.name, wait.until) for wait in proposal.obstacles] == [("workshop-load", wednesday)]
    rest = promise(wednesday, hours(1), dealer, POLICY)
    assert proposal.promise.promised_at == rest.promised_at
    assert proposal.promise.parts == promise(NINE, needed.values(), dealer, POLICY).parts


@given(left=st.lists(st.integers(-600, 600), min_size=1, max_size=20), needed=st.integers(0, 3000))
def test_no_work_is_promised_before_the_days_have_room_for_it(left: list[int], needed: int):
    """R11, property: what the days before the last have left is less than is needed, and with the last it is enough; no
    vehicle is worked on for longer than a day is open."""
    days = [NINE.date() + timedelta(days=offset) for offset in range(len(left))]
    loads = [Workload(str(day), "SH001", day, {WorkClass.GR: n}) for day, n in zip(days, left, strict=True)]
    room = room_for(loads, days[0], {WorkClass.GR: needed} if needed else {}, lambda day: 480)
    before = sum(min(max(n, 0), 480) for day, n in zip(days, left, strict=True) if day < room.last)
    assert room.rest == needed - before and room.first <= room.last
    assert room.last not in days or needed == 0 or left[days.index(room.last)] >= room.rest


def test_the_last_of_load_and_parts_decides_the_start():
    """R11: a day that is full before the parts come holds nothing up; one that is full then is told beside them."""
    dealer, due = a_dealer(), NINE + timedelta(days=2)
    hours = {WorkClass.GR: TechnicianHours.of(1)}
    proposal = propose(NINE, hours, dealer, POLICY, days_with(0, 2), due)
    assert [wait.name for wait in proposal.obstacles] == ["parts"]
    assert proposal.starts_at == due
    assert proposal.promise == promise(due, hours.values(), dealer, POLICY)
    thursday = dealer.midnight(NINE.date() + timedelta(days=3))
    full = propose(NINE, hours, dealer, POLICY, days_with(0, 3), due)
    assert [(wait.name, wait.until) for wait in full.obstacles] == [("workshop-load", thursday), ("parts", due)]
    assert full.starts_at == thursday
    assert propose(NINE, hours, dealer, POLICY, [], NINE).obstacles == ()


def test_room_that_passes_before_the_parts_are_there_is_not_counted():
    """R11: two hours are left today and tomorrow each, none on the days after; the part comes on Thursday at eight."""
    dealer, needed = a_dealer(), {WorkClass.GR: TechnicianHours(minutes=200)}
    due = NINE + timedelta(days=3, hours=-1)
    proposal = propose(NINE, needed, dealer, POLICY, [*days_with(120, 2), *days_with(0, 8)[2:]], due)
    free = dealer.midnight(NINE.date() + timedelta(days=8))
    assert [(wait.name, wait.until) for wait in proposal.obstacles] == [("workshop-load", free), ("parts", due)]
    assert proposal.promise == promise(free, needed.values(), dealer, POLICY)


def test_of_today_only_the_time_until_closing_is_room():
    """R11: at five an hour is left of today, though two are bookable, and one tomorrow: the third is worked on
    Wednesday. After closing the next opening hour is no obstacle."""
    dealer, needed = a_dealer(), {WorkClass.GR: TechnicianHours.of(3)}
    loads = [*days_with(120, 1), *days_with(60, 2)[1:], *days_with(480, 6)[2:]]
    wednesday = dealer.midnight(NINE.date() + timedelta(days=2))
    proposal = propose(NINE + timedelta(hours=8), needed, dealer, POLICY, loads)
    assert [(wait.name, wait.until) for wait in proposal.obstacles] == [("workshop-load", wednesday)]
    assert proposal.promise.promised_at == promise(wednesday, hours(1), dealer, POLICY).promised_at
    evening = NINE + timedelta(hours=10)
    closed = propose(evening, needed, dealer, POLICY, days_with(480, 6))
    assert (closed.obstacles, closed.promise) == ((), promise(evening, needed.values(), dealer, POLICY))


def counted(available: int, bookable: int = 600) -> Workload:
    return Workload("1", "SH001", NINE.date(), {WorkClass.GR: bookable}, {WorkClass.GR: available})


def test_what_is_ahead_is_shared_by_the_technicians_of_the_day():
    """R11: 40 technician hours in ten open hours are four technicians; eight hours of work last them two."""
    ahead = Ahead(3, {WorkClass.GR: 8 * 60})
    assert queue_minutes(ahead, counted(40 * 60), 600, [WorkClass.GR]) == 120
    assert queue_minutes(ahead, counted(40 * 60), 600, [WorkClass.PM]) == 0
    assert queue_minutes(ahead, counted(0), 600, [WorkClass.GR]) == 0


@given(first=st.integers(0, 10_000), more=st.integers(0, 10_000), there=st.integers(1, 5_000))
def test_more_work_ahead_never_makes_the_queue_shorter(first: int, more: int, there: int):
    """R11, property."""
    waits = [
        queue_minutes(Ahead(1, {WorkClass.GR: n}), counted(there), 600, [WorkClass.GR]) for n in (first, first + more)
    ]
    assert 0 <= waits[0] <= waits[1]


def test_a_vehicle_stands_behind_those_before_it_and_hears_how_many():
    """R11: half a technician day ahead of one technician; it is not counted where the work has another day anyway."""
    dealer, ahead = a_dealer(), Ahead(2, {WorkClass.GR: 300})
    hours = {WorkClass.GR: TechnicianHours.of(1)}
    proposal = propose(NINE, hours, dealer, POLICY, [counted(600)], ahead=ahead)
    (wait,) = proposal.obstacles
    assert (wait.name, wait.until, wait.vehicles) == ("queue", NINE + timedelta(hours=5), 2)
    assert proposal.promise == promise(wait.until, hours.values(), dealer, POLICY)
    full = propose(NINE, hours, dealer, POLICY, [counted(600, bookable=0)], ahead=ahead)
    assert [one.name for one in full.obstacles] == ["workshop-load"]
