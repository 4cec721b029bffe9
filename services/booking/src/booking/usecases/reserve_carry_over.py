"""A vehicle stays overnight: its remaining hours are reserved on the day it goes on (B1, W8)."""

from dataclasses import dataclass
from datetime import date

from chassis.unit import Unit
from contracts.values import ClassHours, VisitId

from booking.storage.days import known_dealer, open_day
from booking.storage.documents import DAYS


@dataclass(frozen=True)
class ReserveCarryOver:
    dealer_id: str
    visit_id: VisitId
    to_day: date
    remaining: tuple[ClassHours, ...]
    reason: str = ""


async def reserve_carry_over(unit: Unit, command: ReserveCarryOver) -> None:
    """May overload the day; nothing is cancelled by that. What an earlier night reserved on another day is free again,
    unless that day is over."""
    dealer = await known_dealer(unit, command.dealer_id)
    coming = {"$gte": dealer.day_of(unit.now), "$ne": command.to_day}
    for other in await unit.query(DAYS, {"day": coming, "carry_overs.visit_id": command.visit_id}):
        reserved = await open_day(unit, dealer, other.day)
        unit.save(DAYS, reserved, reserved.drop_carry_over(command.visit_id, unit.now))
    day = await open_day(unit, dealer, command.to_day)
    unit.save(DAYS, day, day.reserve_carry_over(command.visit_id, command.remaining, unit.now, command.reason))
