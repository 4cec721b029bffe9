"""What whoever came too late is answered (B2)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.commands import Call

from booking.api.reasons import with_words
from booking.domain.errors import Taken
from booking.domain.policy import Policy
from booking.domain.taking import Wish
from booking.usecases.offer_slots import next_best


@asynccontextmanager
async def offering_next_best(call: Call, dealer_id: str, wish: Wish, rules: Policy) -> AsyncIterator[None]:
    """Whoever came too late learns what is left (B2), after those behind him have had their turn."""
    try:
        yield
    except Taken as refused:
        told = await next_best(call.reading(), dealer_id, wish, refused, rules)
        told.details["offers"] = [with_words(offer) for offer in told.details["offers"]]
        raise told from refused
