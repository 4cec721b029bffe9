"""The maker's warranty policy as data (R8)."""

from datetime import date

import pytest
from reception.domain.warranty import POLICY, Verdict, WarrantyRule, age_months, judge
from reception_builders import a_draft

RULE = WarrantyRule("WHOLE_VEHICLE", 36, 60_000, goodwill_percent=10, ask_above=50_000)
LINE = a_draft(200, 150).numbered(1)


@pytest.mark.parametrize(
    ("months", "km", "verdict"),
    [
        (36, 60_000, Verdict.COVERED),
        (37, 60_000, Verdict.UNDECIDED),
        (36, 60_001, Verdict.UNDECIDED),
        (39, 66_000, Verdict.UNDECIDED),
        (40, 60_000, Verdict.NOT_COVERED),
        (36, 66_001, Verdict.NOT_COVERED),
        (None, 60_000, Verdict.UNDECIDED),
        (36, None, Verdict.UNDECIDED),
    ],
)
def test_age_and_mileage_decide_and_a_little_beyond_is_asked(months, km, verdict):
    """R8: at the limit it is covered; within the goodwill margin headquarters decides."""
    assert judge(LINE, months, km, [RULE]).verdict is verdict


def test_a_dear_line_is_asked_although_it_is_covered():
    """R8: above the dealer's own authority; at it, he decides."""
    for amount, verdict in ((350, Verdict.COVERED), (351, Verdict.UNDECIDED)):
        line = a_draft(amount, 150).numbered(1)
        assert judge(line, 1, 1, [WarrantyRule("X", 36, 60_000, ask_above=50_000)]).verdict is verdict


def test_the_first_rule_that_fits_by_operation_or_part_holds():
    """R8: wear before the whole vehicle."""
    wear = WarrantyRule("WEAR", 6, 10_000, operations=("BRK",), parts=("90915",))
    assert judge(LINE, 1, 1, [wear, RULE]).rule == "WEAR"
    assert judge(LINE, 1, 1, [WarrantyRule("ENGINE", 60, 1, operations=("ENG",)), RULE]).rule == "WHOLE_VEHICLE"
    assert judge(LINE, 1, 1, []).verdict is Verdict.UNDECIDED
    assert judge(LINE, 7, 1, POLICY).rule == "WEAR", "PM20 is maintenance"


@pytest.mark.parametrize(
    ("registered", "today", "months"),
    [
        (date(2022, 6, 23), date(2025, 6, 23), 36),
        (date(2022, 6, 24), date(2025, 6, 23), 36),
        (date(2022, 6, 22), date(2025, 6, 23), 37),
        (date(2022, 6, 23), date(2025, 7, 22), 37),
        (date(2025, 1, 31), date(2025, 2, 28), 1),
        (date(2025, 1, 31), date(2025, 3, 1), 2),
        (date(2025, 6, 23), date(2025, 6, 23), 0),
        (None, date(2025, 6, 23), None),
    ],
)
def test_a_month_is_over_on_its_day_and_the_next_begins_after_it(registered, today, months):
    """R8: so the day after 36 months is beyond them."""
    assert age_months(registered, today) == months
