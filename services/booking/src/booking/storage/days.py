"""How a dealer and his days are found: a day without a document is as the weekly calendar has it (B1)."""

from collections.abc import Iterable
from datetime import date

from chassis.unit import Unit

from booking.domain.dealer import Dealer
from booking.domain.dealer_day import DealerDay, day_id
from booking.domain.errors import DealerUnknown
from booking.storage.documents import DAYS, DEALERS, WEEKS


async def known_dealer(unit: Unit, dealer_id: str) -> Dealer:
    """The dealer. Raises ``DealerUnknown``."""
    dealer = await unit.find(DEALERS, dealer_id)
    if dealer is None:
        raise DealerUnknown()
    return dealer


async def look_at_days(unit: Unit, dealer: Dealer, days: Iterable[date]) -> list[DealerDay]:
    """Days to read: those without a document are as the weekly calendar has them."""
    wanted = list(days)
    found = {day.day: day for day in await unit.query(DAYS, {"day": {"$in": wanted}})}
    seen = [found.get(day) or DealerDay(dealer.dealer_id, day) for day in wanted]
    followers = [day for day in seen if not day.own_plan]
    if followers and (week := await unit.find(WEEKS, dealer.dealer_id)) is not None:
        for day in followers:
            day.follow(week.plan_of(day.day))
    return seen


async def open_day(unit: Unit, dealer: Dealer, day: date) -> DealerDay:
    """The day to change; the first change makes its document, from the weekly calendar (B1)."""
    found = await unit.find(DAYS, day_id(dealer.dealer_id, day))
    if found is None:
        found = DealerDay(dealer.dealer_id, day)
        unit.add(DAYS, found)
    if not found.own_plan and (week := await unit.find(WEEKS, dealer.dealer_id)) is not None:
        found.follow(week.plan_of(day))
    return found
