"""What counts as rework (W9)."""

from datetime import timedelta

import pytest
from workshop.domain.visit import EarlierVisit, Return, return_within
from workshop_builders import MONDAY


def earlier(days_ago, visit_id="visit-0", *operations):
    return EarlierVisit(visit_id, MONDAY - timedelta(days=days_ago), frozenset(operations or ("BRAKE",)))


@pytest.mark.parametrize(("days_ago", "rework"), [(0, True), (30, True), (31, False)])
def test_a_return_within_thirty_days_is_a_rework(days_ago, rework):
    """W9: boundary values of the window."""
    found = return_within([earlier(days_ago)], MONDAY, "visit-0", frozenset(), 30)
    assert found == (Return("visit-0", days_ago) if rework else None)


def test_the_same_operation_is_a_rework_even_when_nobody_says_so():
    """W9."""
    assert return_within([earlier(12)], MONDAY, None, {"BRAKE", "OIL"}, 30) == Return("visit-0", 12)


def test_other_work_on_the_same_vehicle_is_no_rework():
    """W9."""
    assert return_within([earlier(12)], MONDAY, None, {"OIL"}, 30) is None


def test_the_visit_that_reception_named_counts_and_no_other():
    """W9, R1."""
    visits = [earlier(3, "visit-b"), earlier(20, "visit-a")]
    assert return_within(visits, MONDAY, "visit-a", {"BRAKE"}, 30) == Return("visit-a", 20)


def test_the_latest_of_several_counts():
    """W9."""
    visits = [earlier(20, "visit-a"), earlier(3, "visit-b")]
    assert return_within(visits, MONDAY, None, {"BRAKE"}, 30) == Return("visit-b", 3)
