"""R19: where the market uses the check digit of a VIN, it has to be right."""

from collections.abc import Collection

from contracts.values import vin_check_digit_is_right

from reception.domain.errors import CheckDigitWrong


def check_vin_for_market(vin: str, market: str, check_digit_markets: Collection[str]) -> None:
    """Refuses a 17-character VIN with a wrong check digit in a market that uses it (``CheckDigitWrong``).

    A VIN written as free text on purpose (``FREE:``) has no check digit and passes everywhere.
    """
    if market not in check_digit_markets or vin.startswith("FREE:"):
        return
    if not vin_check_digit_is_right(vin):
        raise CheckDigitWrong(market)
