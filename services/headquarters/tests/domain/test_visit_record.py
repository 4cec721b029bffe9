"""X2, H9: a visit's record ends the same in whichever order its facts come."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from headquarters.domain.evidence import Evidence
from headquarters.domain.figures import Part, summed
from headquarters.domain.visit_record import Mark, Plan, Step, VisitRecord
from hypothesis import given
from hypothesis import strategies as st

SHANGHAI = ZoneInfo("Asia/Shanghai")
EIGHT = datetime(2025, 6, 23, 0, 0, tzinfo=UTC)


def told(minutes: int, event_id: str = "", event_type: str = "reception.vehicle-arrived.v1") -> Evidence:
    return Evidence(EIGHT + timedelta(minutes=minutes), event_id or f"event-{minutes}", event_type)


def a_record(*evidence: tuple[Step | Mark, Evidence]) -> VisitRecord:
    record = VisitRecord("visit-1", "SH001")
    for what, fact in evidence:
        record.note(what, fact)
    return record


facts = st.lists(
    st.tuples(
        st.sampled_from([*Step, *Mark]),
        st.builds(told, st.integers(0, 600), st.sampled_from(["a", "b", "c", "d", "e"])),
    ),
    max_size=12,
)


@given(facts, st.randoms())
def test_any_order_of_the_same_facts_gives_the_same_record_and_rows(evidence, random) -> None:
    """H9."""
    shuffled = list(evidence)
    random.shuffle(shuffled)
    one, other = a_record(*evidence), a_record(*shuffled)
    for record in (one, other):
        record.settle_day(SHANGHAI)
    assert one == other
    assert summed(one.rows(SHANGHAI)) == summed(other.rows(SHANGHAI))
    assert one.outcome == other.outcome


def test_a_rework_told_by_reception_and_by_the_workshop_counts_once() -> None:
    """W9, R1."""
    by_workshop, at_reception = told(30, "w", "workshop.rework-linked.v1"), told(0, "r")
    for facts in ([by_workshop, at_reception], [at_reception, by_workshop]):
        (row,) = a_record(*((Mark.REWORK, fact) for fact in facts)).rows(SHANGHAI)
        assert (row.part, row.amount, row.event_id) == (Part.REWORKS, 1, "r")


def test_who_comes_after_the_grace_time_is_no_booked_visit_unless_the_no_show_is_withdrawn() -> None:
    """B10, B13: whichever of arrival, no-show and withdrawal is told first."""
    came, missed, withdrawn = (Step.ARRIVED, told(40)), (Mark.MISSED, told(31)), (Mark.MISS_WITHDRAWN, told(90))

    def booked_visits(*evidence: tuple[Step | Mark, Evidence]) -> int:
        record = a_record(*evidence)
        record.booked = True
        return summed(record.rows(SHANGHAI)).get(Part.BOOKED_VISITS, 0)

    assert booked_visits(came) == 1
    assert {booked_visits(*order) for order in permutations([came, missed])} == {0}
    assert {booked_visits(*order) for order in permutations([came, missed, withdrawn])} == {1}


def test_who_was_no_visit_of_his_own_is_one_once_he_is_back() -> None:
    """R1, B13: whichever of arrival, departure and return is told first; and none when he is taken out once more."""
    came, gone, back = (Step.ARRIVED, told(0)), (Mark.NO_VISIT, told(5)), (Mark.RETURNED, told(9))

    def visits(*evidence: tuple[Step | Mark, Evidence]) -> int:
        return summed(a_record(*evidence).rows(SHANGHAI)).get(Part.VISITS, 0)

    assert {visits(*order) for order in permutations([came, gone])} == {0}
    assert {visits(*order) for order in permutations([came, gone, back])} == {1}
    assert {visits(*order) for order in permutations([came, gone, back, (Mark.NO_VISIT, told(12))])} == {0}


def test_a_missed_visit_that_was_booked_anew_counts_when_it_comes() -> None:
    """B10, B11: the second appointment of the visit was kept."""
    record = a_record((Mark.MISSED, told(31)), (Mark.APPOINTED, told(60)), (Step.ARRIVED, told(1500)))
    record.booked = True
    assert summed(record.rows(SHANGHAI)) == {Part.VISITS: 1, Part.BOOKED_VISITS: 1}


def test_lead_time_is_known_once_arrival_and_delivery_are() -> None:
    """H4."""
    assert a_record((Step.DELIVERED, told(150))).rows(SHANGHAI) == []
    _, row = a_record((Step.DELIVERED, told(150)), (Step.ARRIVED, told(0))).rows(SHANGHAI)
    assert (row.part, row.amount, row.event_id) == (Part.LEAD_MINUTES, 150, "event-150")


def test_a_row_stands_on_the_dealers_own_day() -> None:
    """B19: 16:30 UTC is the next morning in Shanghai."""
    (row,) = a_record((Mark.REWORK, told(16 * 60 + 30))).rows(SHANGHAI)
    assert row.day == date(2025, 6, 24)


def test_the_first_arrival_holds_but_the_last_passed_quality_control() -> None:
    """W7: supplementary work passes again."""
    record = a_record(*((step, told(m)) for step in (Step.ARRIVED, Step.QC_PASSED) for m in (10, 90)))
    assert record.at(Step.ARRIVED) == EIGHT + timedelta(minutes=10)
    assert record.at(Step.QC_PASSED) == EIGHT + timedelta(minutes=90)


def test_a_visit_stands_on_its_planned_day_until_the_vehicle_has_come() -> None:
    """X2."""
    record = a_record((Step.BOOKED, told(-3000)))
    record.planned(Plan(EIGHT + timedelta(days=1), EIGHT, "b"))
    record.planned(Plan(EIGHT, EIGHT - timedelta(hours=1), "a"))
    record.settle_day(SHANGHAI)
    assert record.day == date(2025, 6, 24)
    record.note(Step.ARRIVED, told(0))
    record.settle_day(SHANGHAI)
    assert record.day == date(2025, 6, 23)


@pytest.mark.parametrize(
    ("turns", "outcome"),
    [
        ([(Mark.HELD, 0)], "TENTATIVE"),
        ([(Mark.HELD, 0), (Mark.HOLD_EXPIRED, 15)], "HOLD_EXPIRED"),
        ([(Step.BOOKED, 0), (Mark.APPOINTED, 0)], "CONFIRMED"),
        ([(Step.BOOKED, 0), (Mark.APPOINTED, 0), (Mark.CANCELLED, 9)], "CANCELLED"),
        ([(Step.BOOKED, 0), (Mark.APPOINTED, 0), (Mark.MISSED, 9)], "NO_SHOW"),
        ([(Step.BOOKED, 0), (Mark.APPOINTED, 0), (Mark.MISSED, 9), (Mark.MISS_WITHDRAWN, 12)], "CONFIRMED"),
        ([(Step.BOOKED, 0), (Mark.MISSED, 9), (Mark.APPOINTED, 60)], "CONFIRMED"),
        ([(Step.BOOKED, 0), (Mark.MISSED, 9), (Step.ARRIVED, 60)], "ARRIVED"),
        ([(Step.ARRIVED, 0), (Step.REPAIR_ORDER, 20), (Mark.ORDER_CANCELLED, 30)], "ORDER_CANCELLED"),
        ([(Step.ARRIVED, 0), (Step.REPAIR_ORDER, 20)], "IN_PROGRESS"),
        ([(Step.REPAIR_ORDER, 20), (Step.DELIVERED, 200)], "DELIVERED"),
        ([(Step.DELIVERED, 200), (Step.FOLLOWED_UP, 2000)], "FOLLOWED_UP"),
    ],
)
def test_the_outcome_says_how_the_visit_stands(turns, outcome) -> None:
    """X2."""
    assert a_record(*((what, told(minutes)) for what, minutes in turns)).outcome == outcome
