"""H4, H9: formulas of the figures."""

import pytest
from headquarters.domain.figures import BALANCE_PARTS, FIGURES, Kind, Part, joined
from hypothesis import given
from hypothesis import strategies as st

sums = st.dictionaries(st.sampled_from([p.value for p in Part]), st.integers(-50, 500))


@pytest.mark.parametrize(
    ("figure", "told", "value"),
    [
        ("booking_rate", {"visits": 10, "booked_visits": 8}, 0.8),
        ("no_show_rate", {"missed": 1, "booked_visits": 9}, 0.1),
        ("first_time_fix_rate", {"reworks": 1, "deliveries": 8}, 0.875),
        ("on_time_rate", {"on_time": 3, "deliveries": 4}, 0.75),
        ("satisfaction", {"score": 8750 + 5000, "answers": 2}, 68.75),
        ("satisfied_rate", {"satisfied": 1, "answers": 2}, 0.5),
        ("lead_time_minutes", {"lead_minutes": 300, "deliveries": 2}, 150),
        ("open_complaints", {"complaints_opened": 3, "complaints_closed": 1}, 2),
        ("visits", {"visits": 7}, 7),
    ],
)
def test_each_figure_follows_its_formula(figure: str, told: dict[str, int], value: float) -> None:
    """H4, B13, W9, V3, C5."""
    assert FIGURES[figure].value(told) == value


@pytest.mark.parametrize("figure", [f for f in FIGURES.values() if f.denominator and f.kind is not Kind.BALANCE])
def test_a_figure_without_anything_to_divide_by_is_unknown_not_zero(figure) -> None:
    """H4: a dealer without answers is not a dealer with satisfaction 0."""
    assert figure.value({}) is None


def test_a_withdrawn_no_show_leaves_no_trace_in_the_rate() -> None:
    """B10: missed +1, withdrawn -1."""
    told = joined({"missed": 1}, {"missed": -1, "booked_visits": 1})
    assert FIGURES["no_show_rate"].value(told) == 0


@given(sums, sums, sums)
def test_sums_are_the_same_however_days_and_dealers_are_joined(a, b, c) -> None:
    """H9: network figures are sums of dealers' roll-ups in any order."""
    assert joined(a, b, c) == joined(c, joined(b, a)) == joined(joined(a, b), c)


def test_only_open_complaints_are_summed_from_the_beginning() -> None:
    assert {Part.COMPLAINTS_OPENED, Part.COMPLAINTS_CLOSED} == BALANCE_PARTS
