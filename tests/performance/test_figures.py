"""What the benches make of their measurements."""

import pytest

from bench.document import replaced
from bench.figures import CheckFailed, Side, Spent, check, percentile, ratio
from bench.goals import GOALS, reached


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile(list(range(100, 0, -1)), share) == value


def test_a_side_counts_operations_for_a_second_and_microseconds_for_an_operation() -> None:
    side = Side()
    side.add(Spent(seconds=2.0, cpu_s=0.5, store_cpu_s=1.0), operations=1_000)
    assert (side.rate, side.cpu, side.store_cpu) == (500, 500, 1_000)


def test_the_ratio_is_the_median_of_the_rounds_quotients() -> None:
    """Not the quotient of medians: what slowed one round slowed both its sides."""
    ours, raw = Side(per_s=[50, 90, 10]), Side(per_s=[100, 100, 10])
    assert ratio(ours, raw) == 0.9


def test_a_failed_check_ends_the_run() -> None:
    check(True, "right")
    with pytest.raises(CheckFailed, match="a visit takes twice"):
        check(False, "a visit takes twice")


@pytest.mark.parametrize(
    ("key", "value", "good"),
    [
        ("booking_ratio", 0.75, True),
        ("booking_ratio", 0.74, False),
        ("rss_mb_max", 110, True),
        ("rss_mb_max", 111, False),
    ],
)
def test_some_goals_are_lower_bounds_and_some_upper_ones(key: str, value: float, good: bool) -> None:
    assert reached(key, value) is good
    assert key in GOALS


def test_a_page_gets_new_tables_and_keeps_its_words() -> None:
    page = "before\n<!-- bench -->\nold\n<!-- end of bench -->\nafter\n"
    assert replaced(page, "bench", "new") == "before\n<!-- bench -->\nnew\n<!-- end of bench -->\nafter\n"
    with pytest.raises(ValueError, match="no block other"):
        replaced(page, "other", "new")
