"""Offers: ranked by preferred time and by resulting load (B2)."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from booking.domain.errors import Refused
from booking.domain.levelling import offers
from booking_builders import GR, PM, THE_DAY_BEFORE, a_day, a_dealer, a_plan, a_wish, at, hours
from hypothesis import given, settings
from hypothesis import strategies as st

DEALER = a_dealer()
NOW = THE_DAY_BEFORE


def offered(day, wish=None, limit=100, now=NOW):
    return offers([day.at(now)], DEALER, wish or a_wish("09:00"), limit)


def test_the_preferred_time_of_an_empty_day_is_offered_first():
    assert offered(a_day())[0].arrival == at("09:00")


def test_a_slot_with_arrivals_gives_way_to_its_neighbour():
    """B2: arrivals are spread over the slots."""
    day = a_day(a_plan(pm=40))
    for n in range(2):
        day.take(a_wish("09:00", 8, visit=f"v{n}"), DEALER, NOW)
    assert offered(day)[0].arrival == at("08:45")


def test_a_loaded_hour_is_told_as_more_loaded_than_the_next():
    """B2: hours are spread over the day."""
    day = a_day(a_plan(pm=40))
    day.take(a_wish("09:00", 8, visit="other"), DEALER, NOW)
    load = {offer.arrival: offer.load for offer in offered(day)}
    assert load[at("09:00")] > load[at("09:45")] > load[at("10:00")]


def test_the_emptier_of_two_days_comes_first_when_both_are_as_far_from_the_wish():
    """B2."""
    busy, quiet = a_day(), a_day(day=date(2025, 6, 25))
    busy.take(a_wish("15:00", 8, visit="other"), DEALER, NOW)
    wish = a_wish("09:00", day=date(2025, 6, 24))
    found = [offer.arrival for offer in offers([busy.at(NOW), quiet.at(NOW)], DEALER, wish, 100)]
    assert found.index(at("09:00", date(2025, 6, 25))) < found.index(at("09:00"))


def test_a_day_without_enough_hours_offers_nothing():
    assert offered(a_day(a_plan(pm=0.5, gr=8))) == []


def test_what_is_over_is_not_offered():
    assert offered(a_day(), now=at("17:40"))[0].arrival == at("17:45")


def test_no_more_offers_than_asked_for():
    assert len(offered(a_day(), limit=5)) == 5


def test_a_wished_advisor_is_offered_only_where_he_is_free():
    day = a_day()
    day.take(a_wish("09:00", advisor="zhao"), DEALER, NOW)
    found = offered(day, a_wish("09:00", visit="v2", advisor="zhao"))
    assert at("09:00") not in [offer.arrival for offer in found]
    assert {offer.advisor for offer in found} == {"zhao"}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 39), st.sampled_from([PM, GR]), st.integers(1, 12)), max_size=25))
def test_every_offer_can_be_had_and_the_same_question_gets_the_same_answer(bookings):
    """B2: whatever was taken before."""
    day = a_day()
    slots = DEALER.slots_on(day.day)
    for n, (slot, work_class, quarters) in enumerate(bookings):
        wish = a_wish("09:00", quarters / 4, work_class, f"v{n}").at(slots[slot])
        if wish.hours <= day.at(NOW).balance(work_class).bookable and day.at(NOW).free_advisors(DEALER, wish.arrival):
            day.take(wish, DEALER, NOW)
    found = offered(day, a_wish("09:00", 1.5, visit="mine"))
    assert found == offered(day, a_wish("09:00", 1.5, visit="mine"))
    assert found[:4] == offered(day, a_wish("09:00", 1.5, visit="mine"), limit=4), "looking no further finds the same"
    assert [o.cost for o in found] == sorted(o.cost for o in found)
    for offer in found:
        assert day.at(NOW).check(a_wish(work=1.5, visit="mine").at(offer.arrival), DEALER) == offer.advisor
        assert 0 < offer.load <= 1
    if day.at(NOW).balance(PM).bookable < hours(1.5):
        assert found == []


@settings(deadline=None)
@given(
    taken=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 39), st.integers(1, 24)), max_size=40),
    quarters=st.integers(-3 * 96, 8 * 96),
    limit=st.integers(1, 12),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]),
)
def test_days_that_are_not_looked_into_have_nothing_better(taken, quarters, limit, zone):
    """B2, B19: wherever the wanted time is, and also where a day has 25 hours."""
    first = date(2025, 10, 24) if zone == "Europe/Berlin" else date(2025, 6, 23)
    dealer = replace(a_dealer(), zone=zone)
    days = [a_day(day=first + timedelta(days=n)) for n in range(5)]
    for n, (day, slot, length) in enumerate(taken):
        slots = dealer.slots_on(days[day].day)
        with suppress(Refused, IndexError):
            days[day].take(a_wish("09:00", length / 4, visit=f"v{n}").at(slots[slot]), dealer, NOW)
    wish = a_wish("09:00", 1.5).at(dealer.begin_of(first) + timedelta(minutes=15 * quarters))
    found = offers([day.at(NOW) for day in days], dealer, wish, limit)
    assert found == offers([day.at(NOW) for day in days], dealer, wish, 1000)[:limit]
