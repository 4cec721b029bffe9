"""R19: where the market uses the check digit of a VIN, it has to be right."""

from collections.abc import Collection

from contracts.values import vin_check_digit_is_right

from reception.domain.errors import CheckDigitWrong
from reception.domain.vin import FREE_TEXT


def vin_fits_market(vin: str, market: str, check_digit_markets: Collection[str]) -> bool:
    """False for a 17-character VIN with a wrong check digit in a market that uses it.

    A VIN written as free text on purpose (``FREE:``) has no check digit and passes everywhere.
    """
    return market not in check_digit_markets or vin.startswith(FREE_TEXT) or vin_check_digit_is_right(vin)


def check_vin_for_market(vin: str, market: str, check_digit_markets: Collection[str]) -> None:
    """Raises ``CheckDigitWrong`` where ``vin_fits_market`` says no."""
    if not vin_fits_market(vin, market, check_digit_markets):
        raise CheckDigitWrong(market)
