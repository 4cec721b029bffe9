"""The estimated price: rounded up rather than down, uplift of at most 10 % (B6)."""

import pytest
from booking.domain.errors import UpliftTooHigh, WrongCurrency
from booking.domain.price import estimated_price
from contracts.values import Money
from hypothesis import given, settings
from hypothesis import strategies as st


def estimate(amount: int, uplift: int = 0) -> int:
    price = Money(amount=amount, currency="CNY")
    return estimated_price(price, uplift, most=10, step=100, currency="CNY").amount


@pytest.mark.parametrize(
    ("listed", "uplift", "told"),
    [(50_000, 0, 50_000), (50_001, 0, 50_100), (50_000, 10, 55_000), (49_950, 5, 52_500), (150, 0, 165), (0, 10, 0)],
)
def test_prices_are_rounded_up_and_stay_within_the_limit(listed, uplift, told):
    """B6: 1.50 is not told as 2.00, which would be a third more."""
    assert estimate(listed, uplift) == told


def test_an_uplift_over_the_limit_is_refused():
    """B6."""
    with pytest.raises(UpliftTooHigh):
        estimate(50_000, 11)


def test_a_price_in_another_currency_is_refused():
    """X4."""
    with pytest.raises(WrongCurrency):
        estimated_price(Money(amount=1, currency="EUR"), 0, most=10, step=100, currency="CNY")


@settings(deadline=None)
@given(st.integers(0, 10_000_000), st.integers(0, 10))
def test_the_estimate_is_never_under_the_list_price_and_never_over_it_by_more_than_the_limit(listed, uplift):
    """B6."""
    assert listed <= estimate(listed, uplift) <= listed * 110 // 100
