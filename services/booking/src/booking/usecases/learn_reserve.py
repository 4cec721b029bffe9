"""The reserve for additional work is taken over from the dealer's own history, with its reason (B20)."""

from dataclasses import dataclass
from datetime import date

from chassis.texts import Words, words_of
from chassis.unit import Unit
from contracts.values import ClassHours, TechnicianHours

from booking.domain.calendar import Calendar
from booking.domain.figures import LearnedReserve
from booking.domain.policy import Policy
from booking.projections.booking_figures import reserves_of
from booking.storage.documents import DEALERS
from booking.usecases.change_calendar import KeepFree, change_calendar


@dataclass(frozen=True)
class LearnReserve:
    dealer_id: str
    effective_from: date


async def learn_reserve(unit: Unit, command: LearnReserve, policy: Policy) -> Calendar:
    """From a day on, beside the walk-in reserve, what the mean day worked of those learned from would have needed.

    A class with too few visits keeps the learned reserve it has, and says so. The reason is kept in the dealer's own
    language (X4). Raises ``PastDaysAreFrozen``.
    """
    learned = await reserves_of(unit, command.dealer_id)
    reserve = tuple(
        ClassHours(work_class=one.work_class, hours=TechnicianHours(minutes=one.reserve))
        for one in learned
        if one.reserve is not None
    )
    words = words_of((await unit.get(DEALERS, command.dealer_id)).language, "booking")
    reason = "; ".join(f"{words.name('work-class', one.work_class)}: {because(one, words)}" for one in learned)
    return await change_calendar(unit, KeepFree(command.dealer_id, command.effective_from, reserve, reason), policy)


def because(learned: LearnedReserve, words: Words) -> str:
    """The reason with its sums."""
    text, sums = learned.reason
    return words.say(text, **sums)
