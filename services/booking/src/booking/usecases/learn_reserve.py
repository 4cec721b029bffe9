"""The reserve for additional work is taken over from the dealer's own history, with its reason (B20)."""

from dataclasses import dataclass, replace
from datetime import date

from chassis.texts import Words, words_of
from chassis.unit import Unit
from contracts.values import ClassHours, TechnicianHours

from booking.domain.calendar import Calendar, Shop
from booking.domain.figures import LearnedReserve
from booking.projections.booking_figures import reserves_of
from booking.storage.documents import CALENDARS, DEALERS
from booking.usecases.change_calendar import EquipShop, change_calendar


@dataclass(frozen=True)
class LearnReserve:
    dealer_id: str
    effective_from: date


async def learn_reserve(unit: Unit, command: LearnReserve) -> Calendar:
    """The shop stays as it is but for the reserve; a class with too few visits keeps the one it has, and says so.

    The reason is kept in the dealer's own language (X4). Raises ``PastDaysAreFrozen``.
    """
    day = command.effective_from
    learned = await reserves_of(unit, command.dealer_id, day)
    reserves = {one.work_class: one.reserve for one in learned if one.reserve is not None}
    calendar = await unit.find(CALENDARS, command.dealer_id)
    shop = (calendar.shop_on(day) if calendar else None) or Shop(day)
    kept = [part for part in shop.walk_in_reserve if part.work_class not in reserves]
    new = [ClassHours(work_class=c, hours=TechnicianHours(minutes=minutes)) for c, minutes in reserves.items()]
    words = words_of((await unit.get(DEALERS, command.dealer_id)).language, "booking")
    reason = "; ".join(f"{words.name('work-class', one.work_class)}: {because(one, words)}" for one in learned)
    changed = replace(shop, effective_from=day, walk_in_reserve=(*kept, *new), reserve_reason=reason)
    return await change_calendar(unit, EquipShop(command.dealer_id, changed))


def because(learned: LearnedReserve, words: Words) -> str:
    """The reason with its sums."""
    text, sums = learned.reason
    return words.say(text, **sums)
