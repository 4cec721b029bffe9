"""What whoever came too late is answered (B2)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from chassis.commands import Call

from booking.api.reasons import with_words
from booking.domain.errors import Taken
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.usecases.offer_slots import next_best


@asynccontextmanager
async def offering_next_best(
    call: Call,
    dealer_id: str,
    wish: Wish,
    rules: Policy,
    told: Callable[[dict[str, Any]], dict[str, Any]] = with_words,
) -> AsyncIterator[None]:
    """Whoever came too late learns what is left (B2), after those behind him have had their turn.

    ``told``: an offer as this caller may see it (X1).
    """
    try:
        yield
    except Taken as refused:
        late = await next_best(call.reading(), dealer_id, wish, refused, rules)
        late.details["offers"] = [told(offer) for offer in late.details["offers"]]
        raise late from refused
