"""The price a customer is told at booking (B6): rounded up rather than down, and never far above the list price."""

from contracts.values import Money

from booking.domain.errors import UpliftTooHigh, WrongCurrency


def estimated_price(list_price: Money, uplift_percent: int, *, most: int, step: int, currency: str) -> Money:
    """List price plus uplift, rounded up to ``step`` minor units, but never above the list price plus ``most`` percent.

    ``most`` is the network's limit on the uplift in percent (10 by default).
    """
    if list_price.currency != currency:
        raise WrongCurrency(currency=list_price.currency, expected=currency)
    if uplift_percent > most:
        raise UpliftTooHigh(uplift_percent=uplift_percent, most=most)
    raised = -(-list_price.amount * (100 + uplift_percent) // 100)
    rounded = -(-raised // step) * step
    ceiling = list_price.amount * (100 + most) // 100
    return Money(amount=max(list_price.amount, min(rounded, ceiling)), currency=currency)
