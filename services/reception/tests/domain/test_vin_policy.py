"""The check digit where the market uses it (R19)."""

import pytest
from reception.domain.errors import CheckDigitWrong
from reception.domain.vin_policy import check_vin_for_market
from reception_builders import a_dealer

RIGHT, WRONG = "1M8GDM9AXKP042788", "1M8GDM9A1KP042788"


@pytest.mark.parametrize(
    ("vin", "market", "passes"),
    [
        (RIGHT, "US", True),
        (WRONG, "US", False),
        (WRONG, "DE", True),
        (WRONG, "", True),
        ("FREE:FZJ75 0001", "US", True),
    ],
)
def test_the_check_digit_counts_only_where_the_market_uses_it(vin: str, market: str, passes: bool):
    """R19."""
    if passes:
        check_vin_for_market(vin, market, ("US", "CA"))
    else:
        with pytest.raises(CheckDigitWrong):
            check_vin_for_market(vin, market, ("US", "CA"))


@pytest.mark.parametrize(
    ("zone", "market", "language"),
    [("Asia/Shanghai", "CN", "zh"), ("Europe/Berlin", "DE", "en"), ("America/Chicago", "US", "en"), ("UTC", "", "en")],
)
def test_a_dealers_market_and_language_follow_from_its_zone(zone: str, market: str, language: str):
    """R19, X4."""
    dealer = a_dealer(zone)
    assert (dealer.market, dealer.language) == (market, language)
