"""A vehicle stays overnight: its remaining hours are reserved on the day it goes on (B1, W8)."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit
from contracts.values import ClassHours, VisitId

from booking.domain.dealer import Dealer
from booking.storage.days import known_dealer, open_day
from booking.storage.documents import DAYS


@dataclass(frozen=True)
class ReserveCarryOver:
    dealer_id: str
    visit_id: VisitId
    from_day: date
    to_day: date
    remaining: tuple[ClassHours, ...]
    reason: str = ""


async def reserve_carry_over(unit: Unit, command: ReserveCarryOver) -> None:
    """May overload the day; nothing is cancelled by that. What an earlier night reserved on another day is free again,
    unless the vehicle was there that day: its hours and reason stay (B13)."""
    dealer = await known_dealer(unit, command.dealer_id)
    await drop_carry_overs(unit, dealer, command.visit_id, after=command.from_day, but=command.to_day)
    day = await open_day(unit, dealer, command.to_day)
    unit.save(DAYS, day, day.reserve_carry_over(command.visit_id, command.remaining, unit.now, command.reason))


async def drop_carry_overs(unit: Unit, dealer: Dealer, visit_id: VisitId, after: date, but: date | None = None) -> None:
    """Nothing is kept free any more for the visit on later days, but on one; whenever that is heard of (B1, W8)."""
    for other in await unit.query(DAYS, {"day": {"$gt": after, "$ne": but}, "carry_overs.visit_id": visit_id}):
        reserved = await open_day(unit, dealer, other.day)
        unit.save(DAYS, reserved, reserved.drop_carry_over(visit_id, unit.now))
